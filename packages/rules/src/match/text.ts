import { ANY_FIELD, type AtomPlace } from './atoms.ts'
import { leavesOf, type Event, type EventLeaf } from './event.ts'
import type { LeafPlace } from './found.ts'
import { witnessOf, type Compiler, type Matcher, type Witness } from './matcher.ts'
import type { ValueMatcher } from './value-matcher.ts'
import { LIMITS } from '../limits.ts'

/** A value, looked for in the values of one field. */
export interface ValueSearch extends Matcher<LeafPlace> {
  /** The atom that says as much; -1 where none does. */
  readonly atom: number
}

/** A value for which an atom holds exactly where it does. */
export function atomText(
  matcher: ValueMatcher,
  { text, place }: { readonly text: string; readonly place: AtomPlace },
  slot: number,
  { table, context }: Compiler,
): ValueSearch {
  const atom = table.atom(slot, text, place)
  const slowly = (event: Event) => leavesOf(event, slot).some((leaf) => leaf.type !== 'null' && matcher.test(leaf))
  return {
    atom,
    holds: (event) => (context.everyRule ? slowly(event) : context.index.held[atom] === 1),
    explain: (event, into) => findIn(matcher, leavesOf(event, slot), into),
    witness: (weigh) => witnessOf([atom], weigh),
    cost: 1,
  }
}

/** A value of which atoms say only where it may hold. */
export function guardedText(matcher: ValueMatcher, slot: number, compiler: Compiler): Matcher<LeafPlace> {
  return compiler.shared(`${slot} ${matcher.key}`, () =>
    (matcher.at === null ? guarded : placed)(matcher, slot, compiler),
  )
}

/** The gates that must be open, rarest first when the rarest is asked for. */
function gatesOf({ requires }: ValueMatcher, slot: number, { table }: Compiler): number[] {
  const lists = requires.map((list) => list.map((literal) => table.literal(slot, literal)))
  // Without any text that it needs, it needs at least a value.
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
        if (leaf !== undefined && leaf.type !== 'null' && matcher.test(leaf)) return true
      }
      return false
    },
    explain: (event, into) => findIn(matcher, leavesOf(event, slot), into),
    witness: (weigh) => rarest(gates, compiler, weigh),
    cost: matcher.cost,
  }
}

/** A regular expression that begins with one of some texts: it is tried only where one of them stands. */
function placed(matcher: ValueMatcher, slot: number, compiler: Compiler): Matcher<LeafPlace> {
  const { context, table } = compiler
  const { at } = matcher
  if (at === null) throw new Error('It may begin anywhere')
  const inGeneral = guarded(matcher, slot, compiler)
  const gates = gatesOf(matcher, slot, compiler)
  const firsts = at.firsts.map((literal) => table.literal(slot, literal))
  for (const atom of firsts) table.track(atom)
  const candidates = (event: Event): readonly Candidate[] => {
    const places: number[] = []
    for (const atom of firsts) context.index.placesOf(atom, places)
    if (places.length > 1) places.sort((a, b) => a - b)
    return distribute(places, leavesOf(event, slot))
  }
  return {
    ...inGeneral,
    holds(event) {
      if (context.everyRule) return inGeneral.holds(event)
      const { open } = context.index
      for (let index = 0; index < gates.length; index++) if (open[gates[index] ?? 0] !== 1) return false
      return candidates(event).some(({ leaf, starts }) => leaf.type !== 'null' && at.test(leaf, starts))
    },
    explain(event, into) {
      if (context.everyRule) return inGeneral.explain(event, into)
      let left: number = LIMITS.placesPerValue
      for (const { leaf, starts } of candidates(event)) {
        if (left <= 0) return
        if (leaf.type === 'null' || !at.test(leaf, starts)) continue
        for (const { start, end } of at.find(leaf, starts, left)) {
          into.push({ leaf, start, end })
          left--
        }
      }
    },
  }
}

function findIn(matcher: ValueMatcher, leaves: readonly EventLeaf[], into: LeafPlace[]): void {
  let left: number = LIMITS.placesPerValue
  for (const leaf of leaves) {
    if (left <= 0) return
    if (leaf.type === 'null' || !matcher.test(leaf)) continue
    for (const { start, end } of matcher.find(leaf, left)) {
      into.push({ leaf, start, end })
      left--
    }
  }
}

interface Candidate {
  readonly leaf: EventLeaf
  /** Where in it a match may begin, in order. */
  readonly starts: readonly number[]
}

/** Gives each leaf those of the places, all in the order of the event, that are in it. Leaves without any are left out. */
function distribute(places: readonly number[], leaves: readonly EventLeaf[]): Candidate[] {
  const found: Candidate[] = []
  let next = 0
  for (const leaf of leaves) {
    const end = leaf.base + leaf.text.length
    while ((places[next] ?? Infinity) < leaf.base) next++
    const starts: number[] = []
    for (let place = places[next]; place !== undefined && place < end; place = places[++next])
      if (starts.at(-1) !== place - leaf.base) starts.push(place - leaf.base)
    if (starts.length > 0) found.push({ leaf, starts })
  }
  return found
}
