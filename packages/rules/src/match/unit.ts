import { leavesOf, type Event, type EventLeaf } from './event.ts'
import type { LeafPlace } from './leaf-place.ts'
import type { LogSource } from '../entry.ts'
import type { Filter, Rule, Weight } from '../parse/rule.ts'
import { sha256 } from '../sha256.ts'

/** What is tried on an event as one: a rule, or an evaluator that a program registered. */
export interface Unit extends Weight {
  readonly id: string
  readonly title: string
  readonly hash: string
  readonly logsource: LogSource
  readonly contributes: boolean
  /** A match of it counts only where the condition of each of them holds too. */
  readonly filters: readonly Filter[]
  readonly does: Rule | CustomEvaluator
}

/**
 * Finds what no Sigma rule can say. It comes from code, never from a document, and is treated like a rule in every
 * other way: log source, points and family, filters by its id, correlations.
 */
export interface CustomEvaluator extends Weight {
  readonly id: string
  readonly title: string
  /** Tried where every key that it names equals the event's. */
  readonly logsource: LogSource
  /** The fields that `evaluate` asks for. */
  readonly fields: readonly string[]
  /** Anything that changes when the code does: it is part of the hash by which compiled rule sets are shared. */
  readonly version: string
  /**
   * Where it holds, maybe nowhere in particular (`[]`); null where it does not. Called for every event of its log source,
   * so it has to be quick. Must not throw.
   */
  evaluate(event: EventView): readonly LeafPlace[] | null
}

/** An event as a custom evaluator sees it. */
export interface EventView {
  /** Every string, number, true, false and null of the event. */
  readonly leaves: readonly EventLeaf[]
  /** Those of one of the evaluator's `fields`. Throws for any other. */
  leavesOf(field: string): readonly EventLeaf[]
}

export const customHash = ({ id, version }: CustomEvaluator) => sha256(`custom\n${id}\n${version}`)

export function viewOf(event: Event, fields: readonly string[], slots: ReadonlyMap<string, number>): EventView {
  return {
    leaves: event.leaves,
    leavesOf(field) {
      const slot = fields.includes(field) ? slots.get(field) : undefined
      if (slot === undefined) throw new Error(`The evaluator does not name "${field}" among its fields.`)
      return leavesOf(event, slot)
    },
  }
}
