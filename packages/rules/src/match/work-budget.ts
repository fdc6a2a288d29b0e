import { LIMITS } from '../limits.ts'
import type { WorkMeter } from '../work-meter.ts'

/** Bounds the work of rules on one entry: of each by itself, and of all together. */
export interface WorkBudget extends WorkMeter {
  /** For an entry that nothing was spent on. */
  reset(): void
  /** The entry, or one of its views, has so many characters: budgets grow with them. */
  read(chars: number): void
  /** Charges later steps to this rule. */
  charge(rule: number): void
  /**
   * Gives the rule in charge its budget once more, to find places: it is known to hold, and a match without some of its
   * places is better than none.
   */
  again(): void
  /** Null while all together are within their budget. */
  exhausted(): Spent | null
  spentBy(rule: number): Spent
  /** The rules on which most was spent, dearest first. */
  dearest(): readonly (Spent & { readonly rule: number })[]
}

export interface Spent {
  readonly steps: number
  readonly limit: 'ruleSteps' | 'entrySteps'
  /** Steps that the limit allowed for this entry. */
  readonly allowed: number
}

/** Thrown by `spend`. One for all, since building a stack trace would cost more than it tells. */
export const OVER_BUDGET = new Error('The work on an entry exceeds its budget')

export function workBudget(rules: number): WorkBudget {
  const spent = new Float64Array(rules)
  const charged: number[] = []
  let chars = 0
  let total = 0
  let rule = 0
  /** Steps that the current rule has spent, less refunds. */
  let own = 0
  const ofRule = () => LIMITS.ruleSteps + LIMITS.ruleStepsPerChar * chars
  const ofEntry = () => LIMITS.entrySteps + LIMITS.entryStepsPerChar * chars
  const spentBy = (number: number): Spent => {
    return { steps: Math.round(spent[number] ?? 0), limit: 'ruleSteps', allowed: ofRule() }
  }
  return {
    reset() {
      for (const number of charged) spent[number] = 0
      charged.length = 0
      chars = 0
      total = 0
    },
    read(more) {
      chars += more
    },
    charge(number) {
      rule = number
      own = spent[number] ?? 0
    },
    again() {
      own = 0
    },
    spend(steps) {
      if (spent[rule] === 0) charged.push(rule)
      spent[rule] = (spent[rule] ?? 0) + steps
      own += steps
      total += steps
      if (own > ofRule() || total > ofEntry()) throw OVER_BUDGET
    },
    exhausted: () => (total > ofEntry() ? { steps: total, limit: 'entrySteps', allowed: ofEntry() } : null),
    spentBy,
    dearest: () =>
      charged.map((number) => ({ rule: number, ...spentBy(number) })).toSorted((a, b) => b.steps - a.steps),
  }
}
