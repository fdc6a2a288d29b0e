import { setMaxListeners } from 'node:events'
import type { Compilable, RawBuilder } from 'kysely'
import type { OrgId } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import { TIMED_OUT, withDeadline } from '@sentinelmesh/flow/deadline'
import { byPriority, roundRobin } from '@sentinelmesh/flow/fair-queue'
import type { ReadFigures } from '../../../database.ts'
import { LIMITS } from '../../../limits.ts'
import { statements } from '../connection/statements.ts'
import { sendable, toObjects } from '../connection/kysely-over.ts'
import { StatementError } from '../connection/errors.ts'
import {
  DEADLINE,
  NO_TURN,
  type ReadRequest,
  type ReadResult,
  type ReadStatement,
  TEXT_DAMAGED,
} from '../threads/protocol.ts'
import type { ReaderControl } from './reader-control.ts'
import type { WorkerLink } from '../threads/worker-link.ts'

/**
 * `interactive`: a lookup or a page that an index makes quick. `search`: a slice of a search that has not run for long
 * yet. `heavy`: a slice of a search that has.
 */
export type Lane = 'interactive' | 'search' | 'heavy'

export interface ReadOptions {
  /** Milliseconds of work before it rejects with `DEADLINE`. Without it: `LIMITS.readMs`, then `store_busy`. */
  readonly deadlineMs?: number | undefined
  /** Milliseconds in the queue before it rejects with `NO_TURN`. */
  readonly waitMs?: number | undefined
  /** Called when a thread starts the read. */
  readonly onStart?: (() => void) | undefined
  /** Never refused for a full backlog: for callers that each wait for one read at a time. */
  readonly skipsBacklogLimit?: boolean | undefined
}

/** Runs reads on behalf of one org, or of the server itself, until a signal aborts. */
export interface Readers {
  /**
   * All statements read one snapshot, which includes everything that was committed before the call. Throws
   * `rate_limited` if too many reads of the org are queued, `store_busy` if too many are queued in total, and the
   * signal's reason if it aborts. Aborting removes a queued read and cancels a running one at its next check.
   */
  run(lane: Lane, statements: readonly ReadStatement[], options?: ReadOptions): Promise<readonly ReadResult[]>
  /** The same threads on behalf of an org, until the signal, if given, aborts. */
  forOrg(org: OrgId, signal?: AbortSignal): Readers
}

export interface ReaderPool extends Readers {
  /** The same threads until the signal aborts. */
  until(signal: AbortSignal): Readers
  failure(): string | null
  figures(): Omit<ReadFigures, 'incomplete'>
  /** Stops all searches; later ones throw `shutting_down`. Interactive reads continue until `close`. */
  endSearches(): void
  /** Stops all reads. Resolves with true when all threads have ended, or with false after `withinMs`. */
  close(withinMs: number): Promise<boolean>
}

export interface Reader {
  readonly link: WorkerLink<ReadRequest>
  readonly control: ReaderControl
}

/** Null is the server itself, which has no per-org limit. */
type Owner = OrgId | null

interface Read {
  readonly lane: Lane
  readonly owner: Owner
  start(reader: Reader): void
  /** Removes the read from the queue, or cancels it in its thread. */
  stop(reason: unknown): void
}

/**
 * Schedules reads on a pool of threads, round-robin by org. Of n threads, searches use at most n - 1, heavy searches
 * n - 2, one org n - 1, and one org's searches half of n - 1. So an interactive read never waits for a search, a new
 * search never waits for heavy ones, and no org occupies every thread. Calls `onTextDamage` when a reader finds the
 * full-text index damaged.
 */
export function startReaders(readers: readonly Reader[], onTextDamage: () => void): ReaderPool {
  const free = [...readers]
  const newQueue = () => roundRobin(({ owner }: Read) => owner)
  const queues = { interactive: newQueue(), search: newQueue(), heavy: newQueue() }
  const queue = byPriority(
    LANES.map((lane) => [lane, queues[lane]]),
    ({ lane }: Read) => lane,
  )
  const running = new Set<Read>()
  const most = {
    searching: Math.max(1, readers.length - 1),
    heavy: Math.max(1, readers.length - 2),
    ofOrg: Math.max(1, readers.length - 1),
    searchingOfOrg: Math.max(1, (readers.length - 1) >> 1),
  }
  let requests = 0
  let cancelled = 0
  let endedThreads = 0
  let searchesEnded = false
  let closed = false

  const count = (holds: (read: Read) => boolean) => [...running].filter(holds).length
  const isOf = (owner: Owner) => (read: Read) => read.owner === owner

  const canRun: Record<Lane, (owner: Owner) => boolean> = {
    interactive: (owner) => owner === null || count(isOf(owner)) < most.ofOrg,
    search: (owner) =>
      canRun.interactive(owner) &&
      count(isSearch) < most.searching &&
      (owner === null || count((read) => isSearch(read) && isOf(owner)(read)) < most.searchingOfOrg),
    heavy: (owner) => canRun.search(owner) && count(({ lane }) => lane === 'heavy') < most.heavy,
  }

  const startQueued = () => {
    while (free.length > 0) {
      const next = queue.take(({ lane, owner }) => canRun[lane](owner))
      const reader = next === undefined ? undefined : free.pop()
      if (next === undefined || reader === undefined) return
      running.add(next)
      next.start(reader)
    }
  }

  const release = (read: Read, reader: Reader) => {
    running.delete(read)
    // A thread that ended would reject every read at once and so always be free. Only the last one stays, to say why.
    if (reader.link.failure() === null || ++endedThreads === readers.length) free.push(reader)
    startQueued()
  }

  const refuseIfTooMany = (lane: Lane, owner: Owner) => {
    const searching = isSearch({ lane })
    const together = searching ? [queues.search, queues.heavy] : [queues.interactive]
    const inAll = searching ? 'searchesWaitingInAll' : 'readsWaitingInAll'
    const ofOrg = searching ? 'searchesWaiting' : 'readsWaiting'
    if (together.reduce((sum, { size }) => sum + size, 0) >= LIMITS[inAll]) throw backlogFull('store_busy', inAll)
    if (owner !== null && together.reduce((sum, queue) => sum + queue.sizeOf(owner), 0) >= LIMITS[ofOrg])
      throw backlogFull('rate_limited', ofOrg)
  }

  const enqueue = (
    { lane, owner }: Pick<Read, 'lane' | 'owner'>,
    asked: readonly ReadStatement[],
    { deadlineMs, waitMs, onStart, signal }: ReadOptions & { readonly signal: AbortSignal | undefined },
  ) =>
    new Promise<readonly ReadResult[]>((resolve, reject) => {
      requests = (requests + 1) % MAX_REQUESTS
      const request = requests + 1
      let reader: Reader | undefined
      let timer: NodeJS.Timeout | undefined
      const stopWaiting = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
      }
      const read: Read = {
        lane,
        owner,
        start(given) {
          clearTimeout(timer)
          reader = given
          onStart?.()
          given.link
            .ask<readonly ReadResult[]>({ type: 'read', statements: asked, deadlineMs: deadlineMs ?? null, request })
            .finally(() => {
              stopWaiting()
              release(read, given)
            })
            .then(resolve, (error: unknown) => {
              if (error instanceof StatementError && error.code === TEXT_DAMAGED) onTextDamage()
              reject(error as Error)
            })
        },
        stop(reason) {
          cancelled++
          stopWaiting()
          if (reader === undefined) queue.remove(read)
          else reader.control.cancel(request)
          reject(reason as Error)
        },
      }
      const onAbort = () => read.stop(signal?.reason)
      signal?.addEventListener('abort', onAbort, { once: true })
      queue.add(read)
      startQueued()
      if (reader === undefined && waitMs !== undefined)
        timer = setTimeout(() => {
          stopWaiting()
          if (queue.remove(read)) reject(new StatementError({ code: NO_TURN, message: 'No reader was free in time.' }))
        }, waitMs)
    })

  const bindTo = (owner: Owner, signal: AbortSignal | undefined): Readers => ({
    async run(lane, asked, options = {}) {
      signal?.throwIfAborted()
      if (closed || (searchesEnded && isSearch({ lane }))) throw new DomainError('shutting_down')
      if (options.skipsBacklogLimit !== true) refuseIfTooMany(lane, owner)
      const read = enqueue({ lane, owner }, asked, { deadlineMs: LIMITS.readMs, ...options, signal })
      return options.deadlineMs === undefined ? read.catch(tookTooLong) : read
    },
    forOrg: (org, other = signal) => bindTo(org, other),
  })

  const stopAll = (which: (read: Pick<Read, 'lane'>) => boolean) => {
    const reason = new DomainError('shutting_down')
    for (const read of [...queue, ...running].filter(which)) read.stop(reason)
  }

  return {
    ...bindTo(null, undefined),
    until(signal) {
      // One request may read many times at once.
      setMaxListeners(0, signal)
      return bindTo(null, signal)
    },
    failure: () => readers.map(({ link }) => link.failure()).find((failure) => failure !== null) ?? null,
    figures: () => ({
      running: countByLane((lane) => count((read) => read.lane === lane)),
      waiting: countByLane((lane) => queues[lane].size),
      cancelled,
      steps: readers.reduce((sum, { control }) => sum + control.steps(), 0),
    }),
    endSearches() {
      searchesEnded = true
      stopAll(isSearch)
    },
    async close(withinMs) {
      closed = true
      stopAll(() => true)
      const closing = Promise.all(readers.map(({ link }) => link.close()))
      return (await withDeadline(closing, withinMs)) !== TIMED_OUT
    },
  }
}

const LANES = ['interactive', 'search', 'heavy'] as const satisfies readonly Lane[]

function isSearch({ lane }: Pick<Read, 'lane'>): boolean {
  return lane !== 'interactive'
}

function countByLane(countOf: (lane: Lane) => number): Record<Lane, number> {
  return { interactive: countOf('interactive'), search: countOf('search'), heavy: countOf('heavy') }
}

/** Request numbers must fit the 32 bits that are shared with a reader. */
const MAX_REQUESTS = 2 ** 30

function backlogFull(code: 'rate_limited' | 'store_busy', limit: WaitingLimit): DomainError {
  const allowed = LIMITS[limit]
  const what = limit.startsWith('reads') ? 'reads' : 'searches'
  const whose = code === 'rate_limited' ? ' of this organization' : ''
  return new DomainError(code, {
    say: `${allowed} ${what}${whose} are already waiting (limit ${limit}). Nothing was changed. Try again in a second.`,
    limit,
    allowed,
    retryAfterSeconds: 1,
  })
}

function tookTooLong(error: unknown): never {
  if (!(error instanceof StatementError && error.code === DEADLINE)) throw error
  const allowed = LIMITS.readMs
  throw new DomainError(
    'store_busy',
    {
      say: `Reading this took longer than ${allowed / 1_000} s (limit readMs). Ask for a shorter time range, or try again later.`,
      limit: 'readMs',
      allowed,
      retryAfterSeconds: 5,
    },
    { cause: error },
  )
}

type WaitingLimit = 'readsWaiting' | 'readsWaitingInAll' | 'searchesWaiting' | 'searchesWaitingInAll'

export function statement(
  query: Compilable | RawBuilder<unknown>,
  options: Omit<ReadStatement, 'sql' | 'parameters'> = {},
): ReadStatement {
  const { sql, parameters } = query.compile(statements)
  return { sql, parameters: sendable(parameters), ...options }
}

/** `Row` must be the type of the rows that the statement's query selects. */
export function rowsOf<Row>(result: ReadResult | undefined): Row[] {
  return result === undefined ? [] : toObjects<Row>(result.columns, result.rows)
}
