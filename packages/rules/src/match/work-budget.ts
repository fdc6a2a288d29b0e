import { LIMITS } from '../limits.ts'
import type { WorkMeter } from '../work-meter.ts'

/** Limits the work of rules on one entry: of each rule, and of all rules together. */
export interface WorkBudget extends WorkMeter {
  /** Starts a new entry with nothing spent. */
  reset(): void
  /**
   * Gives all rules together a new budget for the views of the entry, so that expensive rules for entries do not leave
   * those for views undecided.
   */
  beginViews(): void
  /** Adds the length of the entry or of one of its views: budgets grow with it. */
  read(chars: number): void
  /** Charges later steps to this rule. */
  charge(rule: number): void
  /**
   * Grants the current rule a second budget to find its places. It is known to match, and a match that lacks some
   * places is better than none.
   */
  again(): void
  /** Returns true if all rules together have spent the budget for the entry, or for its views. */
  isExhausted(): boolean
  /** Returns the steps of all rules together when they first exceeded a budget, or null if they did not. */
  exhausted(): Spent | null
  spentBy(rule: number): Spent
  /** Returns the steps of a rule when it exceeded its own budget, or undefined if it did not. */
  exceededBy(rule: number): Spent | undefined
  /** The rules that spent steps, most expensive first. */
  costliest(): readonly (Spent & { readonly rule: number })[]
}

export interface Spent {
  readonly steps: number
  readonly limit: 'ruleSteps' | 'entrySteps'
  /** The number of steps that the limit allows for this entry. */
  readonly allowed: number
}

/** Thrown by `spend`. A single instance, because capturing a stack trace each time would be expensive. */
export const OVER_BUDGET = new Error('The work on an entry exceeds its budget')

export function workBudget(rules: number): WorkBudget {
  const spent = new Float64Array(rules)
  // A budget grows with each view, so what was allowed is recorded when it is exceeded.
  const exceeded = new Map<number, Spent>()
  let exhausted: Spent | null = null
  const charged: number[] = []
  let chars = 0
  let total = 0
  let rule = 0
  /** Steps that the current rule has spent since its last grant. */
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
      exceeded.clear()
      exhausted = null
      chars = 0
      total = 0
    },
    beginViews() {
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
      if (own > ofRule()) exceeded.set(rule, spentBy(rule))
      else if (total > ofEntry()) exhausted ??= { steps: total, limit: 'entrySteps', allowed: ofEntry() }
      else return
      throw OVER_BUDGET
    },
    isExhausted: () => total > ofEntry(),
    exhausted: () => exhausted,
    spentBy,
    exceededBy: (number) => exceeded.get(number),
    costliest: () =>
      charged.map((number) => ({ rule: number, ...spentBy(number) })).toSorted((a, b) => b.steps - a.steps),
  }
}
