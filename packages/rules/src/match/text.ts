import { ANY_FIELD, type AtomPlace } from './atoms.ts'
import { leavesOf, type Event, type EventLeaf } from './event.ts'
import type { LeafPlace } from './leaf-place.ts'
import { witnessOf, type Compiler, type Matcher, type Witness } from './matcher.ts'
import { distribute, type Candidate } from './places.ts'
import type { ValueMatcher } from './value-matcher.ts'
import { FREE_READS } from '../regex/regex.ts'
import { LIMITS } from '../limits.ts'
import { spendScan } from '../work-meter.ts'

/** Searches the leaves of one field for one value. */
export interface ValueSearch extends Matcher<LeafPlace> {
  /** The atom that decides the search on its own; -1 if none does. */
  readonly atom: number
  /** The gate that must be open for the value to occur; -1 for none. */
  readonly gate: number
}

/** A value that occurs exactly if its atom does, so `matcher` runs only to find the places. */
export function atomText(
  matcher: ValueMatcher,
  { text, place }: { readonly text: string; readonly place: AtomPlace },
  slot: number,
  { table, context }: Compiler,
): ValueSearch {
  const atom = table.atom(slot, text, place)
  return {
    atom,
    gate: -1,
    holds: (event) =>
      context.everyRule ? leavesOf(event, slot).some((leaf) => holdsIn(matcher, leaf)) : context.index.held[atom] === 1,
    explain: (event, into) => findIn(matcher, leavesOf(event, slot), into),
    witness: (weigh) => witnessOf([atom], weigh),
    cost: 1,
  }
}

/** A value that can occur only if certain atoms do; `matcher` decides. */
export function guardedText(matcher: ValueMatcher, slot: number, compiler: Compiler): ValueSearch {
  const shared = compiler.shared(`${slot} ${matcher.key}`, () =>
    (matcher.at === null ? guarded : placed)(matcher, slot, compiler),
  )
  // The lists in `requires` come most selective first.
  return { ...shared, atom: -1, gate: gatesOf(matcher, slot, compiler)[0] ?? -1 }
}

/** The gates that must all be open for the value to occur. */
function gatesOf({ requires }: ValueMatcher, slot: number, { table }: Compiler): number[] {
  const lists = requires.map((list) => list.map((literal) => table.literal(slot, literal)))
  // A value that requires no literal still requires that the field has a leaf.
  if (lists.length === 0 && slot !== ANY_FIELD) lists.push([table.atom(slot, '', 'present')])
  return lists.map((list) => table.gate(list))
}

function rarest(gates: readonly number[], { table }: Compiler, weigh: (atom: number) => number): Witness | null {
  let best: Witness | null = null
  for (const gate of gates) {
    const witness = witnessOf(table.gates[gate] ?? [], weigh)
    if (best === null || witness.share < best.share) best = witness
  }
  return best
}

function guarded(matcher: ValueMatcher, slot: number, compiler: Compiler): Matcher<LeafPlace> {
  const { context } = compiler
  const gates = gatesOf(matcher, slot, compiler)
  return {
    holds(event) {
      if (!context.everyRule) {
        const { open } = context.index
        for (let index = 0; index < gates.length; index++) if (open[gates[index] ?? 0] !== 1) return false
      }
      const leaves = leavesOf(event, slot)
      for (let index = 0; index < leaves.length; index++) {
        const leaf = leaves[index]
        if (leaf !== undefined && holdsIn(matcher, leaf)) return true
      }
      return false
    },
    explain: (event, into) => findIn(matcher, leavesOf(event, slot), into),
    witness: (weigh) => rarest(gates, compiler, weigh),
    cost: matcher.cost,
  }
}

/** A regular expression whose matches all begin with a known literal: it runs only at the offsets of those literals. */
function placed(matcher: ValueMatcher, slot: number, compiler: Compiler): Matcher<LeafPlace> {
  const { context, table } = compiler
  const { at } = matcher
  if (at === null) throw new Error('The expression has no fixed first literals')
  const fallback = guarded(matcher, slot, compiler)
  const gates = gatesOf(matcher, slot, compiler)
  const firsts = at.firsts.map((literal) => table.literal(slot, literal))
  for (const atom of firsts) table.track(atom)
  const { tryAt } = at
  const candidates = (event: Event): readonly Candidate[] => {
    const { index } = context
    const places: number[] = []
    for (const atom of firsts)
      for (let link = index.lastPlace(atom); link >= 0; link = index.placeBefore(link)) places.push(index.placeAt(link))
    if (places.length > 1) places.sort((a, b) => a - b)
    return distribute(places, leavesOf(event, slot))
  }
  return {
    ...fallback,
    holds(event) {
      if (context.everyRule) return fallback.holds(event)
      const { index } = context
      const { open } = index
      for (let gate = 0; gate < gates.length; gate++) if (open[gates[gate] ?? 0] !== 1) return false
      const leaves = leavesOf(event, slot)
      let reads = FREE_READS
      for (let first = 0; first < firsts.length; first++) {
        let at = leaves.length - 1
        for (let link = index.lastPlace(firsts[first] ?? 0); link >= 0; link = index.placeBefore(link)) {
          const place = index.placeAt(link)
          // Places come in descending order, so the leaf index only moves down.
          while (at > 0 && (leaves[at]?.base ?? 0) > place) at--
          const leaf = leaves[at]
          if (leaf === undefined || leaf.type === 'null') continue
          const start = place - leaf.base
          if (start < 0 || start >= leaf.text.length) continue
          const end = tryAt(leaf, start)
          if (end >= 0) return true
          reads += end
          if (reads < -event.length) return fallback.holds(event)
        }
      }
      return false
    },
    explain(event, into) {
      if (context.everyRule) return fallback.explain(event, into)
      let left: number = LIMITS.placesPerValue
      for (const { leaf, starts } of candidates(event)) {
        if (left <= 0) return
        if (leaf.type === 'null') continue
        for (const { start, end } of at.find(leaf, starts, left)) {
          into.push({ leaf, start, end })
          left--
        }
      }
    },
  }
}

function holdsIn(matcher: ValueMatcher, leaf: EventLeaf): boolean {
  if (leaf.type === 'null') return false
  spendScan(leaf.text.length)
  return matcher.test(leaf)
}

function findIn(matcher: ValueMatcher, leaves: readonly EventLeaf[], into: LeafPlace[]): void {
  let left: number = LIMITS.placesPerValue
  for (const leaf of leaves) {
    if (left <= 0) return
    if (!holdsIn(matcher, leaf)) continue
    for (const { start, end } of matcher.find(leaf, left)) {
      into.push({ leaf, start, end })
      left--
    }
  }
}
