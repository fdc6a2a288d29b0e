import { availableParallelism } from 'node:os'
import type { OrgId } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import type { Entry, RuleSet } from '@sentinelmesh/rules'
import type { OrgRules } from '../rule-sets/org-rules.ts'
import { JobError } from '../threads/job-error.ts'
import { threadPool, type JobBound, type Lease } from '../threads/thread-pool.ts'
import type { Lane } from './entry-yield.ts'
import { judgeQueue } from './judge-queue.ts'
import type { JudgeInput, JudgeJobs, JudgeOutput } from './judge-jobs.ts'
import { LIMITS } from './limits.ts'
import { weigh } from './weigh-entry.ts'

/**
 * Judges heavy entries in worker threads, with a fair queue in front of them, so that neither the event loop nor other
 * organizations wait for one entry. The result is the same as on the main thread.
 */
export interface JudgeThreads {
  /** Returns whether an entry of this many units (`unitsOf`) should go to `judge`. */
  takes(rules: OrgRules | null, entry: Pick<HeavyEntry, 'org' | 'lane' | 'units'>): boolean
  /** Receives the microseconds that an entry took on the main thread. */
  took(rules: OrgRules, units: number, micros: number): void
  /**
   * Null: judging took longer than `judgeMs` or more memory than a thread may have, and was ended. Rejects with
   * `store_busy` where too much is waiting, and with `shutting_down`.
   */
  judge(heavy: HeavyEntry): Promise<JudgeOutput | null>
  /** The cost of each rule for an entry. Null if a thread cannot measure it. */
  costs(org: OrgId, rules: OrgRules, entry: Entry): Promise<ReadonlyMap<string, number> | null>
  waiting(): number
  /** Rejects entries that wait. Entries that are being judged may finish. */
  stop(): void
  close(): Promise<void>
}

export interface HeavyEntry extends Omit<JudgeInput, 'set'> {
  readonly org: OrgId
  readonly lane: Lane
  readonly rules: OrgRules | null
  readonly units: number
}

export type HeavyOutcome = 'judged' | 'unjudged' | 'refused'

export interface JudgeThreadsOptions {
  readonly program: URL
  readonly threads: number
  readonly onOutcome: (outcome: HeavyOutcome) => void
  readonly onFault: (fault: unknown) => void
  /** Default: `judgeMs`. */
  readonly deadlineMs?: number
}

/** At least two, because one organization may hold all threads except one. */
export function judgeThreadCount(): number {
  return Math.min(MOST_THREADS, Math.max(2, availableParallelism() - 1))
}

/** Compiling the largest set takes a few seconds. */
const LOADING: JobBound = {
  what: 'Compiling the rules',
  ms: LIMITS.loadRulesMs,
  limit: 'loadRulesMs',
  mend: 'Turn off some rules.',
}

/** Each that is used holds about 60 MiB. */
const MOST_THREADS = 4

export function judgeThreads({
  program,
  threads,
  onOutcome,
  onFault,
  deadlineMs = LIMITS.judgeMs,
}: JudgeThreadsOptions): JudgeThreads {
  const bound: JobBound = {
    what: 'Judging an entry',
    ms: deadlineMs,
    limit: 'judgeMs',
    mend: 'Send a smaller entry, or turn off the rules that take long.',
  }
  const perOrg = Math.max(1, threads - 1)
  const pool = threadPool<JudgeJobs>({
    program,
    threads,
    threadsPerOrg: perOrg,
    // The queue admits no more than there are threads; a lease waits only while the one before is handed back.
    waitingPerOrg: threads,
    waitMs: LIMITS.judgeMs,
  })
  const queue = judgeQueue({ inAll: threads, perOwner: perOrg })
  const { isHeavy, took } = weigh()
  const ownRules = new WeakMap<OrgRules, boolean>()
  const warming = new Set<string>()

  const load = async (lease: Lease<JudgeJobs>, { hash, rules, filters, correlations }: RuleSet): Promise<void> => {
    for (let at = 0; at === 0 || at < rules.length; at += LIMITS.rulesPerMessage) {
      const some = rules.slice(at, at + LIMITS.rulesPerMessage)
      await lease.run('rules', { isFirst: at === 0, rules: some }, { bound: LOADING })
    }
    await lease.run('compile', { filters, correlations }, { bound: LOADING })
    lease.has.add(hash)
  }

  /** Runs a job on a thread that has the rule set. */
  async function onThread<Result>(
    org: OrgId,
    ruleSet: RuleSet | null,
    run: (lease: Lease<JudgeJobs>) => Promise<Result | 'missing'>,
  ): Promise<Result> {
    using lease = await pool.lease(org, ruleSet === null ? {} : { prefer: ruleSet.hash })
    if (ruleSet !== null && !lease.has.has(ruleSet.hash)) await load(lease, ruleSet)
    const result = await run(lease)
    if (result !== 'missing') return result
    if (ruleSet === null) throw new Error('a thread asked for no rule set')
    // It was evicted there to make room for others.
    await load(lease, ruleSet)
    const again = await run(lease)
    if (again === 'missing') throw new Error('a thread lost a rule set that it has just been given')
    return again
  }

  /** A thread that crashed may have been the victim of something else, so its entry gets a second one. */
  async function twice<Result>(run: () => Promise<Result>): Promise<Result> {
    try {
      return await run()
    } catch (error) {
      if (!(error instanceof JobError)) throw error
      onFault(error)
      return await run()
    }
  }

  const warm = async (org: OrgId, ruleSet: RuleSet): Promise<void> => {
    if (warming.has(ruleSet.hash)) return
    warming.add(ruleSet.hash)
    try {
      using _slot = await queue.enter({ owner: org, lane: 'bulk', chars: 0 })
      await onThread(org, ruleSet, async () => null)
    } catch (error) {
      if (!(error instanceof DomainError)) onFault(error)
    } finally {
      warming.delete(ruleSet.hash)
    }
  }

  const hasOwnRules = (rules: OrgRules): boolean => {
    const known =
      ownRules.get(rules) ??
      [...rules.rules.values()].some(({ origin, state }) => origin !== 'builtin' && state === 'on')
    ownRules.set(rules, known)
    return known
  }

  return {
    takes(rules, { org, lane, units }) {
      if (rules === null) return units > LIMITS.heavyUnits
      const { ruleSet } = rules
      // Evaluators in code cannot be copied to a thread.
      if (ruleSet.custom.length > 0) return false
      const isTaken = (hasOwnRules(rules) && units > LIMITS.heavyUnitsOwnRules) || isHeavy(ruleSet, units)
      if (!isTaken || lane === 'bulk' || pool.has(ruleSet.hash)) return isTaken
      // Loading the rules would use up the budget of a verdict, and an agent could time its calls to hit that moment.
      void warm(org, ruleSet)
      return false
    },
    took: ({ ruleSet }, units, micros) => took(ruleSet, units, micros),
    async judge({ org, lane, rules, units, ...input }) {
      const ruleSet = rules?.ruleSet ?? null
      try {
        using _slot = await queue.enter({ owner: org, lane, chars: units })
        const set = ruleSet?.hash ?? null
        const output = await twice(() =>
          onThread(org, ruleSet, (lease) => lease.run('judge', { ...input, set }, { bound })),
        )
        if (ruleSet !== null) took(ruleSet, units, output.micros)
        onOutcome('judged')
        return output
      } catch (error) {
        if (error instanceof DomainError && error.code === 'too_expensive') {
          onOutcome('unjudged')
          return null
        }
        onOutcome('refused')
        throw error
      }
    },
    async costs(org, { ruleSet }, entry) {
      if (ruleSet.custom.length > 0) return null
      using _slot = await queue.enter({ owner: org, lane: 'bulk', chars: 0 })
      const costs = await onThread(org, ruleSet, (lease) => lease.run('costs', { set: ruleSet.hash, entry }, { bound }))
      return new Map(costs)
    },
    waiting: queue.waiting,
    stop: () => queue.close(new DomainError('shutting_down')),
    close: pool.close,
  }
}
