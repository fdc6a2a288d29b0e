import type { OrgId } from '@sentinelmesh/api'
import type { Bus } from '../bus.ts'
import type { Clock } from '../clock.ts'
import { SomeFailed, type JobName, type Jobs } from '../jobs/jobs.ts'

/** The result of a step. */
export interface Step {
  /** True if the consumer has not reached the head. */
  readonly more: boolean
  /** Entries that remain to be consumed. */
  readonly lag: number
}

/** Follows the logs of all organizations. `docs/consumers.md` lists its guarantees. */
export interface Consumer {
  readonly job: JobName
  /** Consumes the next batch of an organization. The consumer bounds the batch. Rejects on failure. */
  step(org: OrgId, signal: AbortSignal): Promise<Step>
  /** Entries of all organizations that could not be processed and were skipped. */
  setAside?(): number
}

/** An organization's head, and a string that changes whenever its log does. */
export interface Head {
  readonly org: OrgId
  readonly version: string
}

/** Decides which of several servers consumes an organization. */
export interface Lease {
  /** True if this server may consume the organization now. `runConsumer` calls it before every step. */
  holds(job: JobName, org: OrgId): Promise<boolean>
}

/** For a single server. */
const ALWAYS: Lease = { holds: async () => true }

export interface RunDeps {
  readonly bus: Bus
  readonly clock: Clock
  readonly jobs: Jobs
  readonly heads: () => Promise<readonly Head[]>
  readonly lease?: Lease
  /** Announcements within this time are combined into one pass. */
  readonly gatherMs?: number
  /** Awaited before each step, to give priority to more urgent work. */
  readonly yieldTo?: (signal: AbortSignal) => Promise<void>
}

export interface Lag {
  readonly entries: number
  /** Time since the slowest organization was last caught up. 0 if all are. */
  readonly seconds: number
}

export interface RunningConsumer {
  lag(): Lag
  setAside(): number
  /** Waits for the running step to end. */
  stop(): Promise<void>
}

/** Announcements may be lost, so a sweep checks all organizations whose log has changed. */
export const SWEEP_MS = 30_000
/** Every nth sweep also checks organizations without changes, because a reset or a released lease is not announced. */
export const FULL_SWEEP_EVERY = 10
const GATHER_MS = 1_000
/** Delay for an organization after a failure. It doubles after each further failure. */
export const BACKOFF_MS = { first: 1_000, most: 60_000 } as const

interface Failing {
  readonly failures: number
  /** Monotonic. */
  readonly retryAt: number
}

/** Starts a consumer. It first catches up with the backlog since the last stop. */
export function runConsumer(consumer: Consumer, deps: RunDeps): RunningConsumer {
  const { job } = consumer
  const { bus, clock, jobs, heads, lease = ALWAYS, gatherMs = GATHER_MS, yieldTo } = deps
  const stopping = new AbortController()
  const { signal } = stopping
  const lagging = new Map<OrgId, { readonly entries: number; readonly since: number }>()
  const failing = new Map<OrgId, Failing>()
  /** The version of each log when the consumer last reached its head. */
  const caughtUp = new Map<OrgId, string>()
  let sweeps = 0

  /** Runs one batch. Returns true if the organization has more to process now. */
  async function stepOf(org: OrgId): Promise<boolean> {
    if (!(await lease.holds(job, org))) return false
    const { more, lag } = await consumer.step(org, signal)
    failing.delete(org)
    if (lag === 0 && !more) lagging.delete(org)
    else lagging.set(org, { entries: lag, since: lagging.get(org)?.since ?? clock.monotonic() })
    return more
  }

  function failed(org: OrgId): void {
    const failures = (failing.get(org)?.failures ?? 0) + 1
    const restMs = Math.min(BACKOFF_MS.first * 2 ** (failures - 1), BACKOFF_MS.most)
    failing.set(org, { failures, retryAt: clock.monotonic() + restMs })
    lagging.set(org, { entries: lagging.get(org)?.entries ?? 0, since: lagging.get(org)?.since ?? clock.monotonic() })
  }

  /** Organizations alternate by batch, so a flood in one does not delay the others. */
  async function pass(orgs: Iterable<OrgId>): Promise<void> {
    const faults: unknown[] = []
    let left = [...orgs]
    const all = left.length
    while (left.length > 0 && !signal.aborted) {
      const unfinished: OrgId[] = []
      for (const org of left) {
        if (signal.aborted) return
        await yieldTo?.(signal)
        try {
          if (await stepOf(org)) unfinished.push(org)
        } catch (error) {
          if (signal.aborted) return
          failed(org)
          faults.push(error)
        }
      }
      left = unfinished
    }
    if (faults.length > 0) throw new SomeFailed(faults, all, 'organizations')
  }

  async function sweep(): Promise<void> {
    const now = await heads()
    const isFull = sweeps++ % FULL_SWEEP_EVERY === 0
    const due = now.filter(({ org, version }) => isFull || caughtUp.get(org) !== version)
    for (const { org } of due) caughtUp.delete(org)
    await pass(due.map(({ org }) => org).filter((org) => !isResting(org)))
    if (signal.aborted) return
    for (const { org, version } of due) if (!failing.has(org)) caughtUp.set(org, version)
  }

  /**
   * Reports the outcome to `jobs`: success only if no organization is failing. Returns false if the organizations could
   * not be checked.
   */
  async function recorded(work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      if (failing.size === 0 && !signal.aborted) jobs.succeeded(job)
      return true
    } catch (error) {
      if (!signal.aborted) jobs.failed(job, error)
      return error instanceof SomeFailed
    }
  }

  const isResting = (org: OrgId) => (failing.get(org)?.retryAt ?? 0) > clock.monotonic()
  const rested = () => [...failing.keys()].filter((org) => !isResting(org))

  async function run(): Promise<void> {
    using wake = bus.followAll()
    let announced: ReadonlySet<OrgId> = new Set()
    let sweepAt = Number.NEGATIVE_INFINITY
    while (!signal.aborted) {
      const isDue = clock.monotonic() >= sweepAt
      const orgs = new Set([...announced, ...rested()].filter((org) => !isResting(org)))
      if (isDue || orgs.size > 0) {
        const looked = await recorded(isDue ? sweep : () => pass(orgs))
        if (isDue) sweepAt = clock.monotonic() + (looked ? SWEEP_MS : BACKOFF_MS.first)
        await clock.sleep(gatherMs, signal)
      }
      const next = Math.min(sweepAt, ...Array.from(failing.values(), ({ retryAt }) => retryAt))
      announced = await wake.wait(Math.max(0, next - clock.monotonic()), signal)
    }
  }

  jobs.register(job, async () => {
    await recorded(sweep)
  })
  const running = run()
  return {
    lag() {
      const all = [...lagging.values()]
      const since = Math.min(...all.map((one) => one.since))
      return {
        entries: all.reduce((sum, { entries }) => sum + entries, 0),
        seconds: all.length === 0 ? 0 : (clock.monotonic() - since) / 1000,
      }
    },
    setAside: () => consumer.setAside?.() ?? 0,
    async stop() {
      stopping.abort()
      await running
    },
  }
}
