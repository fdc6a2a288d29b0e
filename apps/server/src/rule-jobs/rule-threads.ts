import { LIMITS } from '@sentinelmesh/api/constants'
import type { Outcome } from '../threads/job-error.ts'
import { threadPool, type JobBound, type ThreadPool } from '../threads/thread-pool.ts'
import type { RuleJobs } from './rule-jobs.ts'

/**
 * The worker threads for rules. Each lane has its own threads, so that slow jobs never delay the checks that run while
 * a person types.
 */
export interface RuleThreads {
  /** The editor's check and the display of a rule's text. */
  readonly check: ThreadPool<RuleJobs>
  /** Trying, saving and importing. */
  readonly edit: ThreadPool<RuleJobs>
  /** Backtests and previews. */
  readonly replay: ThreadPool<RuleJobs>
  /** Reads an org's stored rules when its rule set is loaded. */
  readonly load: ThreadPool<RuleJobs>
  close(): Promise<void>
}

export const LANES = ['check', 'edit', 'replay', 'load'] as const
export type Lane = (typeof LANES)[number]

const MiB = 1024 * 1024

export function ruleThreads({
  program,
  onOutcome,
}: {
  readonly program: URL
  readonly onOutcome: (lane: Lane, outcome: Outcome) => void
}): RuleThreads {
  const { ruleJobsWaiting: waitingPerOrg, ruleJobWaitMs: waitMs } = LIMITS
  // One org never holds all threads of a lane, so another org's job starts immediately and shares the processor.
  const shared = { program, waitingPerOrg, waitMs, threads: 2, threadsPerOrg: 1 }
  const lane = (name: Lane) => ({ onOutcome: (outcome: Outcome) => onOutcome(name, outcome) })
  const lanes: Record<Lane, ThreadPool<RuleJobs>> = {
    check: threadPool({ ...shared, ...lane('check') }),
    edit: threadPool({ ...shared, ...lane('edit') }),
    replay: threadPool({
      ...shared,
      ...lane('replay'),
      threads: LIMITS.ruleReplays,
      threadsPerOrg: LIMITS.backtestsAtOnce,
      atOnce: 1,
    }),
    // The rule's author and every entry of the org wait for this job, so it is never rejected.
    load: threadPool({ ...shared, ...lane('load'), waitingPerOrg: 1_000, waitMs: 60_000, replyBytes: 16 * MiB }),
  }
  return {
    ...lanes,
    async close() {
      await Promise.all(LANES.map((name) => lanes[name].close()))
    },
  }
}

const { ruleCheckMs, ruleTryMs, ruleSaveMs, ruleImportMs, backtestStepMs, ruleLoadMs } = LIMITS
const bound = (what: string, ms: number, limit: string, mend: string): JobBound => ({ what, ms, limit, mend })

/** The deadline of each operation. */
export const BOUNDS = {
  check: bound('The check', ruleCheckMs, 'ruleCheckMs', 'Shorten the rule or split it.'),
  try: bound(
    'The trial',
    ruleTryMs,
    'ruleTryMs',
    'Try fewer rules, simplify their expressions, or use a shorter entry.',
  ),
  save: bound('Reading the rule', ruleSaveMs, 'ruleSaveMs', 'Nothing was stored. Shorten the rule or split it.'),
  import: bound('Reading the files', ruleImportMs, 'ruleImportMs', 'Nothing was stored. Import fewer files at a time.'),
  backtest: bound(
    'A step of the backtest',
    backtestStepMs,
    'backtestStepMs',
    'Run fewer rules at a time, or simplify their expressions.',
  ),
  preview: bound('A step of the preview', backtestStepMs, 'backtestStepMs', 'Simplify the filter.'),
  load: bound('Reading the rule', ruleLoadMs, 'ruleLoadMs', 'It is not used. Shorten it or split it.'),
} as const satisfies Record<string, JobBound>
