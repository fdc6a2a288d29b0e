import { DomainError } from '@sentinelmesh/api/constants'
import type { OrgId } from '@sentinelmesh/api'
import { deadline, withDeadline } from '@sentinelmesh/flow/deadline'
import { slotQueue } from '@sentinelmesh/flow/fair-queue'
import { JobError, type Outcome } from './job-error.ts'
import { LIMITS } from './limits.ts'
import type { Jobs } from './serve-jobs.ts'
import { startThread, type Thread, type ThreadMemory } from './thread.ts'

/**
 * Worker threads for work whose cost a caller decides. What callers can rely on:
 * 1. The event loop does none of the work. A job that passes its deadline or its memory limit, and one whose caller left,
 *    is ended by ending its thread; no other job is in that thread, so no other is lost.
 * 2. Organizations share the threads fairly (`slotQueue`): one that asks for much delays others by one job at most.
 * 3. Threads start when they are needed and end when they are idle.
 * 4. Errors are `DomainError`s with a sentence, except for faults of ours.
 */
export interface ThreadPool<Of extends Jobs> {
  /** One job on a thread of the pool's choosing. */
  run<Name extends JobName<Of>>(
    org: OrgId,
    name: Name,
    input: Input<Of, Name>,
    how: JobOptions,
  ): Promise<Result<Of, Name>>
  /**
   * A thread for several jobs that build on each other: variables of its program keep their values between them. It is
   * used by nobody else until the lease is disposed. `prefer`: an idle thread that has this is chosen first (`Lease.has`).
   */
  lease(org: OrgId, how?: { readonly signal?: AbortSignal | undefined; readonly prefer?: string }): Promise<Lease<Of>>
  /** Returns whether some thread has this from an earlier job (`Lease.has`). */
  has(name: string): boolean
  /** Leases that are waiting for a thread. */
  waiting(): number
  threads(): number
  /**
   * Rejects everyone who waits. Running jobs may finish within `threadCloseMs`, then they are ended and rejected with
   * `shutting_down`.
   */
  close(): Promise<void>
}

export interface Lease<Of extends Jobs> extends Disposable {
  /**
   * Names of what this thread's program has kept from earlier jobs; callers write it. It lives as long as the thread,
   * across leases.
   */
  readonly has: Set<string>
  /** After `deadline`, `memory` or an abort the thread is gone, and every later job of this lease is rejected. */
  run<Name extends JobName<Of>>(name: Name, input: Input<Of, Name>, how: JobOptions): Promise<Result<Of, Name>>
}

type JobName<Of extends Jobs> = keyof Of & string
type Input<Of extends Jobs, Name extends keyof Of> = Parameters<Of[Name]>[0]
type Result<Of extends Jobs, Name extends keyof Of> = Awaited<ReturnType<Of[Name]>>

export interface JobOptions {
  readonly bound: JobBound
  /** Ends the job when it aborts. */
  readonly signal?: AbortSignal | undefined
}

/** The deadline of a job, and the wording of the error when it passes. */
export interface JobBound {
  /** "The check" */
  readonly what: string
  readonly ms: number
  /** Name of the limit. */
  readonly limit: string
  /** "Shorten the rule, or split it." */
  readonly mend: string
}

export interface ThreadPoolOptions {
  /** File of a program that calls `serveJobs`. */
  readonly program: URL
  /** Maximum number of threads. Each serves one lease. */
  readonly threads: number
  /** Maximum number of threads for one organization. Below `threads`, it can never hold them all. */
  readonly threadsPerOrg: number
  /** Jobs that compute at the same time; leases between two jobs do not count. By default one per thread. */
  readonly atOnce?: number
  /** Leases of one organization that may wait for a thread. */
  readonly waitingPerOrg: number
  /** A lease that has waited for so long is refused. */
  readonly waitMs: number
  /** Default: `threadHeapMiB` and `threadJobBytes`. */
  readonly memory?: ThreadMemory
  /** The largest result, by default `threadReplyBytes`. */
  readonly replyBytes?: number
  readonly onOutcome?: (outcome: Outcome) => void
}

interface Slot {
  readonly thread: Thread
  readonly has: Set<string>
  idle: NodeJS.Timeout | undefined
}

export function threadPool<Of extends Jobs>(options: ThreadPoolOptions): ThreadPool<Of> {
  const {
    program,
    threads,
    threadsPerOrg,
    atOnce = threads,
    waitingPerOrg,
    waitMs,
    memory,
    replyBytes,
    onOutcome = () => {},
  } = options
  const full = (say: string) => () =>
    new DomainError('rate_limited', { say, limit: 'ruleJobsWaiting', allowed: waitingPerOrg, retryAfterSeconds: 2 })
  const leases = slotQueue<OrgId>(
    { inAll: threads, perOwner: threadsPerOrg },
    {
      perOwner: waitingPerOrg,
      onFull: full(
        `${waitingPerOrg} requests of this sort of this organization are waiting (limit ruleJobsWaiting). Wait for one to end.`,
      ),
    },
  )
  const computing = slotQueue<OrgId>(
    { inAll: atOnce, perOwner: atOnce },
    { perOwner: threads, onFull: full('Too many jobs are waiting.') },
  )
  const all = new Set<Slot>()
  /** The most recently used is last. */
  const idle: Slot[] = []
  let closed: Promise<void> | undefined

  const retire = async (slot: Slot, outcome: JobError['outcome']): Promise<void> => {
    clearTimeout(slot.idle)
    const at = idle.indexOf(slot)
    if (at !== -1) idle.splice(at, 1)
    await slot.thread.end(outcome)
    all.delete(slot)
  }

  const take = (prefer: string | undefined): Slot => {
    const preferred = prefer === undefined ? -1 : idle.findLastIndex(({ has }) => has.has(prefer))
    const [known] = idle.splice(preferred, 1)
    if (known !== undefined) {
      clearTimeout(known.idle)
      if (!known.thread.isGone()) {
        known.thread.hold(true)
        return known
      }
      all.delete(known)
    }
    const slot: Slot = { thread: startThread(program, { memory, replyBytes }), has: new Set(), idle: undefined }
    all.add(slot)
    return slot
  }

  const giveBack = async (slot: Slot): Promise<void> => {
    await slot.thread.quiet()
    if (slot.thread.isGone() || closed !== undefined) return retire(slot, 'shutting_down')
    slot.thread.hold(false)
    slot.idle = setTimeout(() => void retire(slot, 'failed'), LIMITS.threadIdleMs)
    slot.idle.unref()
    idle.push(slot)
  }

  const refuse = (outcome: Outcome, error: DomainError): DomainError => {
    onOutcome(outcome)
    return error
  }

  const enter = async (org: OrgId, signal: AbortSignal | undefined): Promise<Disposable> => {
    using wait = deadline(waitMs, signal)
    try {
      return await leases.enter({ owner: org }, wait.signal)
    } catch (error) {
      if (signal?.aborted === true) throw refuse('aborted', cutOff(error))
      if (error instanceof DomainError)
        throw refuse(error.code === 'rate_limited' ? 'rate_limited' : 'shutting_down', error)
      throw refuse(
        'rate_limited',
        new DomainError('rate_limited', {
          say: `No thread was free within ${waitMs / 1000} s: other organizations are using them. Try again shortly.`,
          retryAfterSeconds: Math.ceil(waitMs / 1000),
        }),
      )
    }
  }

  const lease: ThreadPool<Of>['lease'] = async (org, { signal, prefer } = {}) => {
    const place = await enter(org, signal)
    const slot = take(prefer)
    let isHeld = true
    return {
      has: slot.has,
      async run<Name extends JobName<Of>>(
        name: Name,
        input: Input<Of, Name>,
        { bound, signal: until }: JobOptions,
      ): Promise<Result<Of, Name>> {
        try {
          using _turn = await computing.enter({ owner: org }, until)
          const result = await slot.thread.ask({ name, input }, bound.ms, until)
          onOutcome('done')
          return result as Result<Of, Name>
        } catch (error) {
          throw toDomainError(error, bound, onOutcome)
        }
      },
      [Symbol.dispose]() {
        if (!isHeld) return
        isHeld = false
        void giveBack(slot).finally(() => place[Symbol.dispose]())
      },
    }
  }

  return {
    lease,
    async run<Name extends JobName<Of>>(
      org: OrgId,
      name: Name,
      input: Input<Of, Name>,
      how: JobOptions,
    ): Promise<Result<Of, Name>> {
      using thread = await lease(org, { signal: how.signal })
      return await thread.run(name, input, how)
    },
    has: (name) => [...all].some(({ thread, has }) => has.has(name) && !thread.isGone()),
    waiting: leases.waiting,
    threads: () => all.size,
    close() {
      for (const queue of [leases, computing]) queue.close(new DomainError('shutting_down'))
      closed ??= endAll()
      return closed
    },
  }

  async function endAll(): Promise<void> {
    await withDeadline(Promise.all([...all].map(({ thread }) => thread.quiet())), LIMITS.threadCloseMs)
    await Promise.all([...all].map((slot) => retire(slot, 'shutting_down')))
  }
}

function cutOff(cause: unknown): DomainError {
  return new DomainError('invalid_input', { say: 'The request was cut off.' }, { cause })
}

/** Errors that say how a job ended, and not that its input is wrong. `cancelled` is the reason of a signal. */
const OUTCOMES: Partial<Record<DomainError['code'], Outcome>> = { shutting_down: 'shutting_down', cancelled: 'aborted' }

/** The sentence for the caller. A fault of ours stays what it is, and is masked like any other. */
function toDomainError(error: unknown, bound: JobBound, onOutcome: (outcome: Outcome) => void): unknown {
  if (error instanceof DomainError) {
    onOutcome(OUTCOMES[error.code] ?? 'refused')
    return error
  }
  // A signal that had aborted before the job began.
  if (!(error instanceof JobError)) {
    onOutcome('aborted')
    return cutOff(error)
  }
  onOutcome(error.outcome)
  const { what, ms, limit, mend } = bound
  switch (error.outcome) {
    case 'deadline':
      return new DomainError(
        'too_expensive',
        { say: `${what} did not finish within ${ms / 1000} s (limit ${limit}). ${mend}`, limit, allowed: ms },
        { cause: error },
      )
    case 'memory':
      return new DomainError(
        'too_expensive',
        {
          say: `${error.message === 'threadReplyBytes' ? `The result of ${lower(what)} is larger than it may be` : `${what} needed more memory than it may use`} (limit ${error.message}). ${mend}`,
          limit: error.message,
        },
        { cause: error },
      )
    case 'aborted':
      return cutOff(error)
    case 'shutting_down':
      return new DomainError('shutting_down', {}, { cause: error })
    case 'failed':
      return error
  }
}

const lower = (what: string) => what.charAt(0).toLowerCase() + what.slice(1)
