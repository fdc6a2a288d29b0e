import { ANY_TEXT, type AtomTable } from './atoms.ts'
import type { Event, EventLeaf } from './event.ts'
import { NAMES_BASE, type EventIndex } from './event-index.ts'
import type { SuspectedLeaf, Suspicion } from '../redact/entry-secrets.ts'
import type { SecretIndex } from '../redact/secret-index.ts'
import type { LiteralPlaces, SecretLiteral } from '../redact/secret-literals.ts'

/** Returns the parts of an event that may contain secrets, or null if there are none. */
export type Suspect = (event: Event) => { readonly where: Suspicion } | null

/**
 * Adds the literals of secret formats to the table, so that reading an event finds them too. Call the returned function
 * with the index built from the table. Without `secrets`, every part of an event is suspected.
 */
export function trackSecrets(secrets: SecretIndex | null, table: AtomTable): (index: EventIndex) => Suspect {
  if (secrets === null) return () => () => ({ where: null })
  /** The secret literals of each atom. */
  const literals = new Map<number, SecretLiteral[]>()
  for (const literal of secrets.literals) {
    const atom = table.literal(ANY_TEXT, { text: literal.text, wordStart: false, wordEnd: false })
    const there = literals.get(atom)
    if (there) there.push(literal)
    else literals.set(atom, [literal])
    table.track(atom)
  }
  /** Open if any of the literals occurs. */
  const gate = table.gate([...literals.keys()])
  return (index) => suspecter(secrets, { gate, literals }, index)
}

interface Tracked {
  readonly gate: number
  readonly literals: ReadonlyMap<number, readonly SecretLiteral[]>
}

function suspecter({ mayNameSecret }: SecretIndex, { gate, literals }: Tracked, index: EventIndex): Suspect {
  return ({ leaves, names }) => {
    if (index.open[gate] !== 1) return null
    const hits: SecretHit[] = []
    let inNames = false
    for (const atom of index.heldAtoms) {
      const held = literals.get(atom)
      if (held === undefined) continue
      for (let link = index.lastPlace(atom); link >= 0; link = index.placeBefore(link)) {
        const at = index.placeAt(link)
        if (at >= NAMES_BASE) inNames = true
        else hits.push({ at, literals: held })
      }
    }
    if (inNames && names.some(mayNameSecret)) return { where: null }
    return { where: hits.length === 0 ? [] : suspectedLeaves(hits, leaves) }
  }
}

interface SecretHit {
  readonly at: number
  readonly literals: readonly SecretLiteral[]
}

/** The leaves that contain hits, in the order of the event. */
function suspectedLeaves(hits: SecretHit[], leaves: readonly EventLeaf[]): SuspectedLeaf[] {
  hits.sort((a, b) => a.at - b.at)
  const suspected: SuspectedLeaf[] = []
  let next = 0
  for (const { field, start, text, base } of leaves) {
    const end = base + text.length
    let hit = hits[next]
    while (hit !== undefined && hit.at < base) hit = hits[++next]
    if (hit === undefined) break
    if (hit.at >= end) continue
    const places: LiteralPlaces = new Map()
    let isEncoded = false
    for (; hit !== undefined && hit.at < end; hit = hits[++next])
      for (const { format } of hit.literals) {
        if (format === null) isEncoded = true
        else addPlace(places, format, hit.at - base)
      }
    suspected.push({ field, start, text, places, isEncoded })
  }
  return suspected
}

function addPlace(places: LiteralPlaces, format: number, at: number): void {
  const there = places.get(format)
  if (there) there.push(at)
  else places.set(format, [at])
}
