import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ErrorCode, OrgId } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import { ruleSettingsStore, type Database, type Quarantine } from '@sentinelmesh/db'
import type { Entry, Judged } from '@sentinelmesh/rules'
import { viewsOf } from '@sentinelmesh/rules/views'
import { write } from '../audit/write.ts'
import type { Clock } from '../clock.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { LIMITS } from './limits.ts'
import type { OrgRules } from './org-rules.ts'
import type { RuleSets } from './rule-sets.ts'

/**
 * Watches the cost of judging. An expensive entry is judged again in the background, with each rule timed separately. A
 * rule that exceeds its budget for `LIMITS.ruleStrikes` entries, or once by a factor of `ruleSevere`, is quarantined
 * for the org: it no longer runs there, and its status says why. The cost is the lower of two runs, and counts only
 * while the process runs, so that a pause does not count against a rule.
 *
 * A rule is quarantined immediately if its counted steps exceed `ruleSteps`, or if it is among the most expensive rules
 * when all together exceed `entrySteps`. A count of steps does not depend on the load of the machine, so it needs no
 * second measurement.
 */
export interface Costs {
  /** Call this after each entry with the time that judging took, and the rules that exceeded their steps. */
  judged(org: OrgId, entry: Entry, spent: { readonly micros: number; readonly overspent: Judged['overspent'] }): void
  /** Resets the rule's strikes. */
  forgive(org: OrgId, ruleId: string): void
  stop(): Promise<void>
}

export interface CostsDeps {
  readonly database: Database
  readonly clock: Clock
  readonly ruleSets: RuleSets
  /** The cost of each rule, measured in a judge thread. Null if it cannot be measured there. */
  readonly inThread: (org: OrgId, rules: OrgRules, entry: Entry) => Promise<ReadonlyMap<string, number> | null>
  readonly onQuarantine: (org: OrgId, ruleId: string, quarantine: Quarantine) => void
  readonly jobs: Jobs
}

interface Suspect {
  readonly org: OrgId
  readonly entry: Entry
}

interface Overspending extends Suspect {
  readonly overspent: Judged['overspent']
}

type Measured = Pick<Quarantine, 'micros' | 'budgetMicros' | 'payloadBytes'>

interface Strikes {
  readonly count: number
  readonly worst: Measured
}

/** Backlog of entries to measure. Entries beyond it are dropped, because a slow rule will be slow again. */
const WAITING = 8
/** Maximum number of rules whose strikes are counted, over all orgs. */
const COUNTED = 10_000

export function costs({ database, clock, ruleSets, inThread, onQuarantine, jobs }: CostsDeps): Costs {
  const waiting: Suspect[] = []
  const overspending: Overspending[] = []
  const strikes = new Map<string, Strikes>()
  let running: Promise<void> | undefined
  let stopped = false

  const measure = async ({ org, entry }: Suspect): Promise<void> => {
    const probe = probeOf(entry)
    try {
      if (probe !== null && (await measureEach(org, probe, isSevere))) return
      await measureEach(org, entry, () => true)
    } catch (error) {
      // The threads are busy, or all rules together take too long. An expensive rule will be measured with a later
      // entry.
      if (!(error instanceof DomainError && PASSED_OVER.has(error.code))) throw error
    }
  }

  /** Measures the current rules. Returns true if one was quarantined, because that may have removed the cause. */
  const measureEach = async (org: OrgId, entry: Entry, counts: (measured: Measured) => boolean): Promise<boolean> => {
    const rules = await ruleSets.of(org)
    const payloadBytes = Buffer.byteLength(entry.payload.text)
    const budgetMicros = ruleBudget(payloadBytes)
    const costs = (await inThread(org, rules, entry)) ?? (await costsHere(rules, entry, budgetMicros))
    let quarantined = false
    for (const [ruleId, micros] of costs) {
      if (stopped) return true
      const measured = { micros: Math.round(micros), budgetMicros, payloadBytes }
      if (micros > budgetMicros && counts(measured)) quarantined = (await strike(org, ruleId, measured)) || quarantined
    }
    return quarantined
  }

  const strike = async (org: OrgId, ruleId: string, measured: Measured): Promise<boolean> => {
    const key = keyOf(org, ruleId)
    const before = strikes.get(key)
    const { count, worst } = before ?? { count: 0, worst: measured }
    const now = { count: count + 1, worst: worst.micros > measured.micros ? worst : measured }
    if (now.count < LIMITS.ruleStrikes && !isSevere(measured)) {
      if (before === undefined && strikes.size >= COUNTED) strikes.clear()
      strikes.set(key, now)
      return false
    }
    strikes.delete(key)
    return quarantine(org, ruleId, { ...now.worst, strikes: now.count, reason: reasonOf(now) })
  }

  const quarantine = async (org: OrgId, ruleId: string, why: Quarantine): Promise<boolean> => {
    // The rule may have been turned off or removed meanwhile.
    if ((await ruleSets.of(org)).rules.get(ruleId)?.state !== 'on') return false
    await write({ database, clock }, { org, principal: 'system:costs', remoteAddress: null }, async (tx, by) => {
      await ruleSettingsStore(tx).quarantine(org, ruleId, why, by)
      return { result: undefined, audit: { action: 'rules.quarantine', target: ruleId, details: { ...why } } }
    })
    await ruleSets.refresh(org)
    onQuarantine(org, ruleId, why)
    return true
  }

  /** Quarantines rules by their counted steps. */
  const stopOverspent = async ({ org, entry, overspent }: Overspending): Promise<void> => {
    const payloadBytes = Buffer.byteLength(entry.payload.text)
    for (const { ruleId, steps, limit, allowed } of overspent) {
      if (stopped) return
      const reason = overspentReason(payloadBytes, { steps, limit, allowed })
      const measured = { micros: 0, budgetMicros: ruleBudget(payloadBytes), payloadBytes, strikes: 1 }
      await quarantine(org, ruleId, { ...measured, steps, limit, allowed, reason })
    }
  }

  const work = async (): Promise<void> => {
    for (let next = overspending.shift(); next !== undefined && !stopped; next = overspending.shift()) {
      const counted = next
      await jobs.attempt('rule_costs', () => stopOverspent(counted))
    }
    for (let suspect = waiting.shift(); suspect !== undefined && !stopped; suspect = waiting.shift()) {
      const measured = suspect
      await nextTurn()
      await jobs.attempt('rule_costs', () => measure(measured))
    }
  }

  const start = (): void => {
    running ??= work().finally(() => {
      running = undefined
      // Another entry may have arrived while this one ended.
      if (waiting.length > 0 || overspending.length > 0) start()
    })
  }

  return {
    judged(org, entry, { micros, overspent }) {
      if (overspent.length > 0 && !stopped) {
        if (overspending.length < WAITING) overspending.push({ org, entry, overspent })
        start()
        return
      }
      if (micros <= entryBudget(entry.payload.text.length) || stopped || waiting.length >= WAITING) return
      waiting.push({ org, entry })
      start()
    },
    forgive(org, ruleId) {
      strikes.delete(keyOf(org, ruleId))
    },
    async stop() {
      stopped = true
      waiting.length = 0
      overspending.length = 0
      await running
    },
  }
}

const PASSED_OVER: ReadonlySet<ErrorCode> = new Set(['store_busy', 'shutting_down', 'too_expensive', 'rate_limited'])

/** Measures on this thread, because evaluators in code cannot run in a worker. */
async function costsHere(
  { ruleSet: { program } }: OrgRules,
  entry: Entry,
  budgetMicros: number,
): Promise<ReadonlyMap<string, number>> {
  const costs = program.costs(entry, timed, { views: viewsOf })
  const dear = [...costs.values()].filter((micros) => micros > budgetMicros)
  if (dear.length === 0 || Math.max(...dear) > budgetMicros * LIMITS.ruleSevere) return costs
  // The first run compiles code and fills caches, so it is slower.
  await nextTurn()
  return lesser(costs, program.costs(entry, timed, { views: viewsOf }))
}

const keyOf = (org: OrgId, ruleId: string) => `${org} ${ruleId}`

function entryBudget(chars: number): number {
  return LIMITS.entryJudgeMicros + Math.ceil(chars / 1024) * LIMITS.entryJudgeMicrosPerKiB
}

function ruleBudget(bytes: number): number {
  return LIMITS.ruleMicros + Math.ceil(bytes / 1024) * LIMITS.ruleMicrosPerKiB
}

function isSevere({ micros, budgetMicros }: Measured): boolean {
  return micros > budgetMicros * LIMITS.ruleSevere
}

/** The beginning of a long text. Null for JSON, which cannot be cut. */
function probeOf(entry: Entry): Entry | null {
  const { type, text } = entry.payload
  if (type !== 'text' || text.length <= LIMITS.probeChars) return null
  return { ...entry, payload: { type, text: text.slice(0, LIMITS.probeChars) } }
}

function lesser(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return new Map([...one].map(([ruleId, micros]) => [ruleId, Math.min(micros, other.get(ruleId) ?? micros)]))
}

/** Microseconds of work, without the time in which the process did not run. */
function timed(work: () => void): number {
  const [began, worked] = [performance.now(), process.cpuUsage()]
  work()
  const { user, system } = process.cpuUsage(worked)
  return Math.min((performance.now() - began) * 1000, user + system)
}

function overspentReason(
  payloadBytes: number,
  { steps, limit, allowed }: Pick<Judged['overspent'][number], 'steps' | 'limit' | 'allowed'>,
): string {
  const [kib, done, most] = [Math.ceil(payloadBytes / 1024), steps, allowed].map((value) => value.toLocaleString('en'))
  const what =
    limit === 'ruleSteps'
      ? `It needed more than ${done} steps of work for an entry of ${kib} KiB; the limit is ${most} steps (ruleSteps).`
      : `It took ${done} of the ${most} steps of work that all rules together may do for an entry of ${kib} KiB (entrySteps).`
  return `${what} Make it cheaper, for example with shorter repetitions, then release it.`
}

function reasonOf({ count, worst: { micros, budgetMicros, payloadBytes } }: Strikes): string {
  const ms = (value: number) => `${(value / 1000).toFixed(1)} ms`
  return (
    `It took ${ms(micros)} by itself for an entry of ${Math.ceil(payloadBytes / 1024)} KiB, where ${ms(budgetMicros)} ` +
    `are allowed (limit ruleMicros), and was too slow for ${count} ${count === 1 ? 'entry' : 'entries'}. Make it cheaper, then release it.`
  )
}
