import { DomainError } from '@sentinelmesh/api/constants'
import type { Clock } from '../clock.ts'
import { LIMITS } from './limits.ts'

/** All background jobs, with the effect of a failure. The names are label values of `/metrics`. */
export const JOBS = {
  retention: { name: 'Retention', effect: 'Entries past their retention are not being deleted.' },
  sign_in_expiry: {
    name: 'Sign-in expiry',
    effect: 'Expired sign-ins are still rejected, but their records are not being deleted.',
  },
  erasures: { name: 'Erasure', effect: 'Requested erasures are not finishing.' },
  text_index: {
    name: 'Full-text indexing',
    effect: 'Some new entries are not in the full-text index. Searches still find them, but take longer.',
  },
  heads_file: {
    name: 'Publishing heads to a file',
    effect: 'New signed heads are not reaching SENTINELMESH_HEADS_FILE.',
  },
  heads_url: { name: 'Publishing heads to a URL', effect: 'New signed heads are not reaching SENTINELMESH_HEADS_URL.' },
  source_counts: { name: 'Source counting', effect: 'The counts in Settings → Sources are out of date.' },
  audit_tally: {
    name: 'Recording failed sign-ins and refusals',
    effect: 'Some failed sign-ins, refused actions, or exports are missing from the audit log.',
  },
  rule_costs: { name: 'Rule cost measurement', effect: 'Rules that take too long may not be quarantined.' },
} as const satisfies Record<string, { readonly name: string; readonly effect: string }>
export type JobName = keyof typeof JOBS
export const JOB_NAMES = Object.keys(JOBS) as JobName[]

export interface FailingJob {
  readonly job: JobName
  /** Failed attempts since the last successful one. */
  readonly failures: number
  /** The time of the first of these failures, in milliseconds. */
  readonly since: number
  /** A sentence for people, without paths, SQL, or data. */
  readonly reason: string
}

export interface JobState {
  readonly failures: number
  readonly since: number
  /** Milliseconds; null until the first success. */
  readonly lastSuccess: number | null
  readonly reason: string
}

/** Records how every background job fares, so that one that keeps failing cannot go unnoticed. */
export interface Jobs {
  /** Runs one attempt and records its outcome. Resolves with false if `work` rejected; never rejects itself. */
  attempt(job: JobName, work: () => Promise<void>, signal?: AbortSignal): Promise<boolean>
  succeeded(job: JobName): void
  failed(job: JobName, fault: unknown): void
  state(job: JobName): JobState
  /** Jobs that failed `LIMITS.jobFailures` times in a row. */
  failing(): readonly FailingJob[]
  /** Starts a job that runs every `everyMs`, one run at a time. */
  every(job: JobName, everyMs: number, work: (signal: AbortSignal) => Promise<void>): PeriodicJob
  /** Makes a job that has its own schedule part of `runAll`. */
  register(job: JobName, run: () => Promise<void>): void
  /** Runs each job once, now, one after the other; for tests, which do not wait for timers. */
  runAll(): Promise<void>
}

export interface PeriodicJob {
  stop(): Promise<void>
}

const NEVER: JobState = { failures: 0, since: 0, lastSuccess: null, reason: '' }

export function jobs(clock: Clock, onFault: (job: JobName, fault: unknown) => void): Jobs {
  const states = new Map<JobName, JobState>()
  const runs = new Map<JobName, () => Promise<void>>()
  const state = (job: JobName) => states.get(job) ?? NEVER

  const succeeded = (job: JobName) => {
    states.set(job, { ...NEVER, lastSuccess: clock.now() })
  }
  const failed = (job: JobName, fault: unknown) => {
    const { failures, since, lastSuccess } = state(job)
    states.set(job, {
      failures: failures + 1,
      since: failures === 0 ? clock.now() : since,
      lastSuccess,
      reason: reasonOf(fault),
    })
    onFault(job, fault)
  }
  const attempt: Jobs['attempt'] = async (job, work, signal) => {
    try {
      await work()
      succeeded(job)
      return true
    } catch (error) {
      // A stop interrupts work; that is not a failure.
      if (!signal?.aborted) failed(job, error)
      return false
    }
  }

  return {
    attempt,
    succeeded,
    failed,
    state,
    failing: () =>
      JOB_NAMES.flatMap((job) => {
        const { failures, since, reason } = state(job)
        return failures < LIMITS.jobFailures ? [] : [{ job, failures, since, reason }]
      }),
    every(job, everyMs, work) {
      const stopping = new AbortController()
      const { signal } = stopping
      let running: Promise<void> | undefined
      const once = async () => {
        await attempt(job, () => work(signal), signal)
        running = undefined
      }
      const run = () => (running ??= once())
      runs.set(job, run)
      const repeat = async () => {
        for (;;) {
          await clock.sleep(everyMs, signal)
          if (signal.aborted) return
          await run()
        }
      }
      const repeating = repeat()
      return {
        async stop() {
          stopping.abort()
          runs.delete(job)
          await Promise.all([repeating, running])
        },
      }
    },
    register: (job, run) => void runs.set(job, run),
    async runAll() {
      for (const run of runs.values()) await run()
    },
  }
}

function reasonOf(fault: unknown): string {
  if (fault instanceof SomeFailed) return fault.message
  return fault instanceof DomainError ? fault.message : 'An unexpected error; the server log has the details.'
}

/** Thrown after every item was tried. */
export class SomeFailed extends AggregateError {
  constructor(failures: readonly unknown[], total: number, what: 'organizations' | 'requests') {
    const [first] = failures
    super(
      failures.slice(0, LIMITS.jobFaultsLogged),
      `It failed for ${failures.length} of ${total} ${what}. ${reasonOf(first)}`,
      { cause: first },
    )
  }
}

/** Runs the work for each item even if others fail, then throws `SomeFailed` if any failed. Ends early on abort. */
export async function eachInTurn<Item>(
  { items, what, signal }: { items: readonly Item[]; what: 'organizations' | 'requests'; signal: AbortSignal },
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = []
  for (const item of items) {
    if (signal.aborted) return
    try {
      await work(item)
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0 && !signal.aborted) throw new SomeFailed(failures, items.length, what)
}
