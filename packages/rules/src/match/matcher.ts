import type { AtomTable } from './atoms.ts'
import type { Event } from './event.ts'
import type { EventIndex } from './event-index.ts'
import type { WorkBudget } from './work-budget.ts'

/** A part of a rule, ready to be tried. */
export interface Matcher<Item> {
  holds(event: Event): boolean
  /** Adds what held. Called only after `holds` was true. */
  explain(event: Event, into: Item[]): void
  /** In each event for which it holds, one of these atoms holds; null where nothing can be said. */
  witness(weigh: Weigh): Witness | null
  /** How long it takes, roughly: 1 is a look at an atom. */
  readonly cost: number
}

export interface Witness {
  readonly atoms: readonly number[]
  /** How many events have it, roughly: the sum over its atoms. */
  readonly share: number
}

/** How many events an atom holds for, roughly. Known when all rules have been compiled. */
export type Weigh = (atom: number) => number

/** What the rules of one set share while they are compiled. */
export interface Compiler {
  readonly table: AtomTable
  readonly context: Context
  /** The number of a field; `ANY_FIELD` for null. */
  slot(field: string | null): number
  /** The same matcher for the same key: asked once an event, however many rules have it. */
  shared<Item>(key: string, compile: () => Matcher<Item>): Matcher<Item>
  asksPresence(): void
}

/** What was found in the event that is being tried. */
export interface Context {
  index: EventIndex
  /** Whether the index must not be relied on: what matches are proven equal to. */
  everyRule: boolean
  /** The budget of the event that is being tried. */
  budget: WorkBudget
}

export function negation<Item>({ holds, cost }: Matcher<Item>): Matcher<Item> {
  return { holds: (event) => !holds(event), explain: () => {}, witness: () => null, cost }
}

export function allOf<Item>(parts: readonly Matcher<Item>[]): Matcher<Item> {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  // What is quickly asked is asked first.
  const tried = parts.toSorted((a, b) => a.cost - b.cost).map(({ holds }) => holds)
  return {
    holds(event) {
      for (let index = 0; index < tried.length; index++) if (!tried[index]?.(event)) return false
      return true
    },
    explain(event, into) {
      for (const part of parts) part.explain(event, into)
    },
    witness(weigh) {
      let best: Witness | null = null
      for (const part of parts) {
        const witness = part.witness(weigh)
        if (witness !== null && (best === null || witness.share < best.share)) best = witness
      }
      return best
    },
    cost: parts.reduce((sum, { cost }) => sum + cost, 0),
  }
}

export function anyOf<Item>(parts: readonly Matcher<Item>[]): Matcher<Item> {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const tried = parts.toSorted((a, b) => a.cost - b.cost).map(({ holds }) => holds)
  return {
    holds(event) {
      for (let index = 0; index < tried.length; index++) if (tried[index]?.(event)) return true
      return false
    },
    explain(event, into) {
      for (const part of parts) if (part.holds(event)) part.explain(event, into)
    },
    witness: (weigh) => union(parts.map((part) => part.witness(weigh))),
    cost: parts.reduce((sum, { cost }) => sum + cost, 0),
  }
}

export function union(witnesses: readonly (Witness | null)[]): Witness | null {
  const atoms = new Set<number>()
  let share = 0
  for (const witness of witnesses) {
    if (witness === null) return null
    share += witness.share
    for (const atom of witness.atoms) atoms.add(atom)
  }
  return { atoms: [...atoms], share }
}

export function witnessOf(atoms: readonly number[], weigh: Weigh): Witness {
  return { atoms, share: atoms.reduce((sum, atom) => sum + weigh(atom), 0) }
}
