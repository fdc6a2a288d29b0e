import { setImmediate as nextTurn } from 'node:timers/promises'
import type { OrgId } from '@sentinelmesh/api'
import { auditStore, ruleSettingsStore, type Database, type Quarantine } from '@sentinelmesh/db'
import { compileRuleSet, type CustomEvaluator, type Entry, type Rule, type RuleSet } from '@sentinelmesh/rules'
import type { Clock } from '../clock.ts'
import { LIMITS } from './limits.ts'
import type { OrgRules } from './org-rules.ts'
import type { RuleSets } from './rule-sets.ts'

/**
 * Watches what judging costs. An entry that is dear is looked at again, beside the ordinary work, one rule at a time;
 * a rule that alone is dearer than its budget for `LIMITS.ruleStrikes` entries is quarantined for the org: it no longer
 * runs there, and says why. Measured is the better of two runs, so that a pause of the process is not taken for a rule.
 */
export interface Costs {
  /** After each entry: how long judging it took, in microseconds. */
  judged(org: OrgId, rules: OrgRules, entry: Entry, micros: number): void
  /** Counts from nothing again. */
  forgive(org: OrgId, ruleId: string): void
  stop(): Promise<void>
}

export interface CostsDeps {
  readonly database: Database
  readonly clock: Clock
  readonly ruleSets: RuleSets
  readonly onQuarantine: (org: OrgId, ruleId: string, quarantine: Quarantine) => void
  readonly onFault: (fault: unknown) => void
}

interface Suspect {
  readonly org: OrgId
  readonly rules: OrgRules
  readonly entry: Entry
}

interface Strikes {
  count: number
  worst: Pick<Quarantine, 'micros' | 'budgetMicros' | 'payloadBytes'>
}

/** Measuring so long at a time; then others get their turn. */
const TURN_MICROS = 5_000
/** Entries that wait to be looked at: what is dear comes again. */
const WAITING = 8
/** Rules of which strikes are counted, over all orgs. */
const COUNTED = 10_000

export function costs({ database, clock, ruleSets, onQuarantine, onFault }: CostsDeps): Costs {
  const waiting: Suspect[] = []
  const strikes = new Map<string, Strikes>()
  const alone = new WeakMap<Rule | CustomEvaluator, RuleSet>()
  let running: Promise<void> | undefined
  let stopped = false

  const singleOf = (rule: Rule | CustomEvaluator): RuleSet => {
    const known = alone.get(rule)
    if (known !== undefined) return known
    const single = 'evaluate' in rule ? compileRuleSet([], { custom: [rule] }) : compileRuleSet([rule])
    alone.set(rule, single)
    return single
  }

  const measure = async ({ org, rules: { ruleSet }, entry }: Suspect): Promise<void> => {
    const payloadBytes = Buffer.byteLength(entry.payload.text)
    const budgetMicros = ruleBudget(payloadBytes)
    let turn = 0
    for (const rule of [...ruleSet.rules, ...ruleSet.custom]) {
      if (stopped) return
      const single = singleOf(rule)
      let micros = timed(single, entry)
      // The first time code is compiled, and caches are cold.
      if (micros > budgetMicros) micros = Math.min(micros, timed(single, entry))
      turn += micros
      if (micros > budgetMicros) await strike(org, rule, { micros: Math.round(micros), budgetMicros, payloadBytes })
      if (turn < TURN_MICROS) continue
      await nextTurn()
      turn = 0
    }
  }

  const strike = async (org: OrgId, rule: Rule | CustomEvaluator, measured: Strikes['worst']): Promise<void> => {
    // An edited rule begins anew.
    const key = keyOf(org, rule.id)
    const before = strikes.get(key)
    const { count, worst } = before ?? { count: 0, worst: measured }
    const now = { count: count + 1, worst: worst.micros > measured.micros ? worst : measured }
    if (now.count < LIMITS.ruleStrikes) {
      if (before === undefined && strikes.size >= COUNTED) strikes.clear()
      strikes.set(key, now)
      return
    }
    strikes.delete(key)
    const current = (await ruleSets.of(org)).rules.get(rule.id)
    if (current === undefined || current.state !== 'on') return
    const quarantine: Quarantine = { ...now.worst, strikes: now.count, reason: reasonOf(now) }
    const by = { at: clock.now() * 1000, by: 'system:costs' }
    await database.transaction(async (tx) => {
      await ruleSettingsStore(tx).quarantine(org, rule.id, quarantine, by)
      await auditStore(tx).append(org, {
        at: by.at,
        principal: by.by,
        action: 'rules.quarantine',
        target: rule.id,
        details: { ...quarantine },
      })
    })
    await ruleSets.refresh(org)
    onQuarantine(org, rule.id, quarantine)
  }

  const work = async (): Promise<void> => {
    for (let suspect = waiting.shift(); suspect !== undefined && !stopped; suspect = waiting.shift()) {
      await nextTurn()
      await measure(suspect)
    }
  }

  return {
    judged(org, rules, entry, micros) {
      if (micros <= entryBudget(entry.payload.text.length) || stopped || waiting.length >= WAITING) return
      waiting.push({ org, rules, entry })
      running ??= work()
        .catch(onFault)
        .finally(() => (running = undefined))
    },
    forgive(org, ruleId) {
      strikes.delete(keyOf(org, ruleId))
    },
    async stop() {
      stopped = true
      waiting.length = 0
      await running
    },
  }
}

const keyOf = (org: OrgId, ruleId: string) => `${org} ${ruleId}`

function entryBudget(chars: number): number {
  return LIMITS.entryJudgeMicros + Math.ceil(chars / 1024) * LIMITS.entryJudgeMicrosPerKiB
}

function ruleBudget(bytes: number): number {
  return LIMITS.ruleMicros + Math.ceil(bytes / 1024) * LIMITS.ruleMicrosPerKiB
}

function timed(ruleSet: RuleSet, entry: Entry): number {
  const began = performance.now()
  ruleSet.program.entry(entry, false)
  return (performance.now() - began) * 1000
}

function reasonOf({ count, worst: { micros, budgetMicros, payloadBytes } }: Strikes): string {
  const ms = (value: number) => `${(value / 1000).toFixed(1)} ms`
  return (
    `It took ${ms(micros)} by itself for an entry of ${Math.ceil(payloadBytes / 1024)} KiB, where ${ms(budgetMicros)} ` +
    `are allowed (limit ruleMicros), and was too slow for ${count} entries. Make it cheaper, then release it.`
  )
}
