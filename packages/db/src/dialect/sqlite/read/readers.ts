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
 * `interactive`: a point or a page that is quick by its index. `search`: a slice of something that may be long, while it
 * has not taken long yet. `heavy`: a slice of a search that has.
 */
export type Lane = 'interactive' | 'search' | 'heavy'

export interface ReadOptions {
  /** Milliseconds of work until it rejects with `DEADLINE`. Default: `LIMITS.readMs`, then `store_busy`. */
  readonly deadlineMs?: number | undefined
  /** Milliseconds in the queue until it rejects with `NO_TURN`. */
  readonly waitMs?: number | undefined
  /** Called when a thread takes it. */
  readonly onStart?: (() => void) | undefined
  /** Never refused for a full backlog: for callers that each wait for one read at a time. */
  readonly skipsBacklogLimit?: boolean | undefined
}

/** Reads on behalf of one org, or of the server itself, until a signal aborts. */
export interface Readers {
  /**
   * All statements see one state, which holds everything that was committed before this was called. Throws
   * `rate_limited` when too many reads of the org wait in the lane, `store_busy` when too many wait in all, and the
   * signal's reason when it aborts: what waits leaves the queue, and what runs is stopped by the work done.
   */
  run(lane: Lane, statements: readonly ReadStatement[], options?: ReadOptions): Promise<readonly ReadResult[]>
  /** The same threads on behalf of an org; until another signal where one is given. */
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

/** The server itself, which has no share. */
type Owner = OrgId | null

interface Read {
  readonly lane: Lane
  readonly owner: Owner
  start(reader: Reader): void
  /** Removes it from the queue, or cancels it in its thread. */
  stop(reason: unknown): void
}

/**
 * Threads that read. The orgs have turns. Of n threads searches hold n - 1 at most, those that have taken long n - 2, one
 * org n - 1, and its searches half of what searches may hold: what is interactive never waits for a search, a search that
 * has just begun never for long ones, and no org has all threads. `onTextDamage`: a reader found the full-text index
 * damaged.
 */
export function startReaders(readers: readonly Reader[], onTextDamage: () => void): ReaderPool {
  const free = [...readers]
  const lineOfOwners = () => roundRobin(({ owner }: Read) => owner)
  const queues = { interactive: lineOfOwners(), search: lineOfOwners(), heavy: lineOfOwners() }
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
  let gone = 0
  let searchesEnded = false
  let closed = false

  const count = (holds: (read: Read) => boolean) => [...running].filter(holds).length
  const isOf = (owner: Owner) => (read: Read) => read.owner === owner

  const mayRun: Record<Lane, (owner: Owner) => boolean> = {
    interactive: (owner) => owner === null || count(isOf(owner)) < most.ofOrg,
    search: (owner) =>
      mayRun.interactive(owner) &&
      count(isSearch) < most.searching &&
      (owner === null || count((read) => isSearch(read) && isOf(owner)(read)) < most.searchingOfOrg),
    heavy: (owner) => mayRun.search(owner) && count(({ lane }) => lane === 'heavy') < most.heavy,
  }

  const serveWaiting = () => {
    while (free.length > 0) {
      const next = queue.take(({ lane, owner }) => mayRun[lane](owner))
      const reader = next === undefined ? undefined : free.pop()
      if (next === undefined || reader === undefined) return
      running.add(next)
      next.start(reader)
    }
  }

  const release = (read: Read, reader: Reader) => {
    running.delete(read)
    // A thread that is gone would refuse at once and so be the one that is always free. The last one says why.
    if (reader.link.failure() === null || ++gone === readers.length) free.push(reader)
    serveWaiting()
  }

  const refuseIfTooMany = (lane: Lane, owner: Owner) => {
    const searching = isSearch({ lane })
    const together = searching ? [queues.search, queues.heavy] : [queues.interactive]
    const inAll = searching ? 'searchesWaitingInAll' : 'readsWaitingInAll'
    const ofOrg = searching ? 'searchesWaiting' : 'readsWaiting'
    if (together.reduce((sum, { size }) => sum + size, 0) >= LIMITS[inAll]) throw tooMany('store_busy', inAll)
    if (owner !== null && together.reduce((sum, queue) => sum + queue.sizeOf(owner), 0) >= LIMITS[ofOrg])
      throw tooMany('rate_limited', ofOrg)
  }

  const enqueue = (
    { lane, owner }: Pick<Read, 'lane' | 'owner'>,
    asked: readonly ReadStatement[],
    { deadlineMs, waitMs, onStart, signal }: ReadOptions & { readonly signal: AbortSignal | undefined },
  ) =>
    new Promise<readonly ReadResult[]>((resolve, reject) => {
      requests = (requests + 1) % MOST_REQUESTS
      const request = requests + 1
      let reader: Reader | undefined
      let timer: NodeJS.Timeout | undefined
      const leave = () => {
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
              leave()
              release(read, given)
            })
            .then(resolve, (error: unknown) => {
              if (error instanceof StatementError && error.code === TEXT_DAMAGED) onTextDamage()
              reject(error as Error)
            })
        },
        stop(reason) {
          cancelled++
          leave()
          if (reader === undefined) queue.remove(read)
          else reader.control.cancel(request)
          reject(reason as Error)
        },
      }
      const onAbort = () => read.stop(signal?.reason)
      signal?.addEventListener('abort', onAbort, { once: true })
      queue.add(read)
      serveWaiting()
      if (reader === undefined && waitMs !== undefined)
        timer = setTimeout(() => {
          leave()
          if (queue.remove(read)) reject(new StatementError({ code: NO_TURN, message: 'No reader was free in time.' }))
        }, waitMs)
    })

  const bound = (owner: Owner, signal: AbortSignal | undefined): Readers => ({
    async run(lane, asked, options = {}) {
      signal?.throwIfAborted()
      if (closed || (searchesEnded && isSearch({ lane }))) throw new DomainError('shutting_down')
      if (options.skipsBacklogLimit !== true) refuseIfTooMany(lane, owner)
      const read = enqueue({ lane, owner }, asked, { deadlineMs: LIMITS.readMs, ...options, signal })
      return options.deadlineMs === undefined ? read.catch(tookTooLong) : read
    },
    forOrg: (org, other = signal) => bound(org, other),
  })

  const stopAll = (which: (read: Pick<Read, 'lane'>) => boolean) => {
    const reason = new DomainError('shutting_down')
    for (const read of [...queue, ...running].filter(which)) read.stop(reason)
  }

  return {
    ...bound(null, undefined),
    until(signal) {
      // One request may read many times at once.
      setMaxListeners(0, signal)
      return bound(null, signal)
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

/** Requests are numbered so that each fits the 32 bits that are shared with a reader. */
const MOST_REQUESTS = 2 ** 30

function tooMany(code: 'rate_limited' | 'store_busy', limit: WaitingLimit): DomainError {
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

/** `Row` is what the statement's query selects. */
export function rowsOf<Row>(result: ReadResult | undefined): Row[] {
  return result === undefined ? [] : toObjects<Row>(result.columns, result.rows)
}
