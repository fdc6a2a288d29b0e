import { leavesOf, type Event, type EventLeaf } from './event.ts'
import type { LeafPlace } from './leaf-place.ts'
import type { LogSource } from '../entry.ts'
import type { Filter, Rule, Weight } from '../parse/rule.ts'
import { sha256 } from '../sha256.ts'

/** One thing to evaluate on an event: a rule, or an evaluator registered in code. */
export interface Unit extends Weight {
  readonly id: string
  readonly title: string
  readonly hash: string
  readonly logsource: LogSource
  readonly contributes: boolean
  /** A match counts only if the condition of every filter is also true. */
  readonly filters: readonly Filter[]
  readonly does: Rule | CustomEvaluator
}

/**
 * Detects what a Sigma rule cannot express. It is defined in code, never in a document. In every other way it is a
 * rule: it has a log source, points and a family, filters apply by its id, and correlations can refer to it.
 */
export interface CustomEvaluator extends Weight {
  readonly id: string
  readonly title: string
  /** It applies to an event whose log source has the same value for each key set here. */
  readonly logsource: LogSource
  /** The fields that `evaluate` may read. */
  readonly fields: readonly string[]
  /** Must change whenever the code does: it is part of the hash by which compiled rule sets are shared. */
  readonly version: string
  /**
   * The places that matched (`[]` if no place shows the match), or null for no match. Runs on every event of its log
   * source, so it must be fast. Must not throw.
   */
  evaluate(event: EventView): readonly LeafPlace[] | null
}

/** The event that a custom evaluator receives. */
export interface EventView {
  /** Every string, number, true, false and null of the event. */
  readonly leaves: readonly EventLeaf[]
  /** The leaves of one of the evaluator's `fields`. Throws for any other field. */
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
