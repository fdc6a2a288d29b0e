import type { AtomTable } from './atoms.ts'
import type { Event } from './event.ts'
import type { EventIndex } from './event-index.ts'
import type { WorkBudget } from './work-budget.ts'

/** A compiled part of a rule. */
export interface Matcher<Item> {
  holds(event: Event): boolean
  /** Adds what matched. Call it only after `holds` returned true. */
  explain(event: Event, into: Item[]): void
  /** Atoms of which at least one occurs in every event that matches; null if there is no such guarantee. */
  witness(weigh: Weigh): Witness | null
  /** The rough cost of `holds`, where 1 is the lookup of one atom. */
  readonly cost: number
}

export interface Witness {
  readonly atoms: readonly number[]
  /** The estimated share of events that have it: the sum over its atoms. */
  readonly share: number
}

/** Estimates the share of events that contain an atom. Available once all rules are compiled. */
export type Weigh = (atom: number) => number

/** The state that the rules of one set share while they are compiled. */
export interface Compiler {
  readonly table: AtomTable
  readonly context: Context
  /** The number of a field; `ANY_FIELD` for null. */
  slot(field: string | null): number
  /** Returns one matcher per key, which runs once per event for all rules that use it. */
  shared<Item>(key: string, compile: () => Matcher<Item>): Matcher<Item>
  testsPresence(): void
}

/** The state of evaluating the current event. */
export interface Context {
  index: EventIndex
  /** Whether to bypass the index: the reference that tests compare the index with. */
  everyRule: boolean
  /** The work budget of the current event. */
  budget: WorkBudget
}

export function negation<Item>({ holds, cost }: Matcher<Item>): Matcher<Item> {
  return { holds: (event) => !holds(event), explain: () => {}, witness: () => null, cost }
}

export function allOf<Item>(parts: readonly Matcher<Item>[]): Matcher<Item> {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  // Cheap parts run first.
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
