import type { OrgId } from '@sentinelmesh/api'
import type { Bus } from '../bus.ts'
import type { Clock } from '../clock.ts'
import { SomeFailed, type JobName, type Jobs } from '../jobs/jobs.ts'

/** A step reports how far the consumer has come. */
export interface Step {
  /** It is not at the head yet. */
  readonly more: boolean
  /** Entries that it has still to consume. */
  readonly lag: number
}

/** Follows the logs of all organizations. `docs/consumers.md` says what it may rely on. */
export interface Consumer {
  readonly job: JobName
  /** Consumes the next batch of an organization, which it bounds itself. Rejects if it could not. */
  step(org: OrgId, signal: AbortSignal): Promise<Step>
  /** Entries that it could not process and went past, of all organizations. */
  setAside?(): number
}

/** One organization's head, and a text that changes whenever its log does. */
export interface Head {
  readonly org: OrgId
  readonly version: string
}

/** Decides which of several servers consumes an organization. */
export interface Lease {
  /** Tells whether this server may consume it now. `runConsumer` asks before every step. */
  holds(job: JobName, org: OrgId): Promise<boolean>
}

/** There is one server. */
const ALWAYS: Lease = { holds: async () => true }

export interface RunDeps {
  readonly bus: Bus
  readonly clock: Clock
  readonly jobs: Jobs
  readonly heads: () => Promise<readonly Head[]>
  readonly lease?: Lease
  /** Announcements within this time make one pass. */
  readonly gatherMs?: number
  /** Awaited before each step, so that more urgent work goes first. */
  readonly yieldTo?: (signal: AbortSignal) => Promise<void>
}

export interface Lag {
  readonly entries: number
  /** Since when the slowest organization has not been caught up with; 0 if all are. */
  readonly seconds: number
}

export interface RunningConsumer {
  lag(): Lag
  setAside(): number
  /** Lets the step that is running end. */
  stop(): Promise<void>
}

/** Announcements may be lost: a sweep looks at all organizations whose log changed. */
export const SWEEP_MS = 30_000
/** One sweep in so many looks at those, too, whose log did not change: what was forgotten or released is not announced. */
export const FULL_SWEEP_EVERY = 10
const GATHER_MS = 1_000
/** After a failure an organization rests, twice as long after each more. */
export const BACKOFF_MS = { first: 1_000, most: 60_000 } as const

interface Failing {
  readonly failures: number
  /** Monotonic. */
  readonly retryAt: number
}

/** Starts a consumer. It first catches up with what was left at the last stop. */
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

  /** One batch. True if there is more to do for this organization now. */
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

  /** Organizations take turns by batches, so a flood in one does not keep the others waiting. */
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
   * Tells `jobs` how it went: it has succeeded only once no organization is failing, whoever's turn it was. False if it
   * could not even look at the organizations.
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
