import { LIMITS } from '../limits.ts'
import type { Level } from '../risk.ts'
import type { Found } from './found.ts'
import type { Unit } from './unit.ts'
import type { Spent, WorkBudget } from './work-budget.ts'

/** A rule that the work budget stopped before it was known whether the rule matches. */
export interface Undecided extends Spent {
  readonly ruleId: string
  /** The same as in `Match`. */
  readonly ruleHash: string
  readonly title: string
  readonly level: Level
  readonly family: string
}

/** A rule, and the steps it spent on an entry for which some rule stayed undecided. */
export interface Overspent extends Spent {
  readonly ruleId: string
}

export interface Stopped {
  /** Numbers of units. */
  readonly stopped: ReadonlySet<number>
  readonly found: readonly Found[]
  readonly budget: WorkBudget
}

type Result = { readonly undecided: readonly Undecided[]; readonly overspent: readonly Overspent[] }

const NONE: Result = { undecided: [], overspent: [] }

/** A rule that was stopped on one view of the entry but matched another counts as decided. */
export function undecidedOf(units: readonly Unit[], { stopped, found, budget }: Stopped): Result {
  if (stopped.size === 0) return NONE
  const held = new Set(found.map(({ number }) => number))
  const exhausted = budget.exhausted()
  const undecided: Undecided[] = []
  const overspent: Overspent[] = []
  for (const number of [...stopped].sort((a, b) => a - b)) {
    const unit = units[number]
    if (unit === undefined || held.has(number)) continue
    const own = budget.exceededBy(number)
    const spent = own ?? exhausted ?? budget.spentBy(number)
    const { id, hash, title, level, family } = unit
    if (own !== undefined) overspent.push({ ruleId: id, ...own })
    if (undecided.length < LIMITS.undecidedRules)
      undecided.push({ ruleId: id, ruleHash: hash, title, level, family, ...spent })
  }
  if (exhausted !== null) overspent.push(...costliest(units, budget, exhausted, overspent))
  return { undecided, overspent }
}

/** The most expensive rules, as many as needed for the rest to fit in half of the entry's budget. */
function costliest(
  units: readonly Unit[],
  budget: WorkBudget,
  { steps, limit, allowed }: Spent,
  known: readonly Overspent[],
): Overspent[] {
  const costly: Overspent[] = []
  let left = steps
  for (const { rule, steps: own } of budget.costliest()) {
    if (left <= allowed / 2) break
    left -= own
    const { id } = units[rule] ?? {}
    if (id !== undefined && known.every(({ ruleId }) => ruleId !== id))
      costly.push({ ruleId: id, steps: own, limit, allowed })
  }
  return costly
}

/** Explains in one sentence why the rule is undecided, for display. */
export function describeUndecided({ limit, allowed }: Spent): string {
  const steps = allowed.toLocaleString('en')
  return limit === 'ruleSteps'
    ? `Undecided: the rule's patterns needed more than ${steps} steps on this entry (limit ruleSteps).`
    : `Undecided: all rules together needed more than ${steps} steps on this entry (limit entrySteps).`
}
