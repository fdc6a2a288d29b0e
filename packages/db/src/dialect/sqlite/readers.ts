import type { Compilable, RawBuilder } from 'kysely'
import { DomainError } from '@sentinelmesh/api/constants'
import { LIMITS } from '../../limits.ts'
import { statements } from './compile.ts'
import { sendable, toObjects } from './dialect.ts'
import { StatementError } from './errors.ts'
import { type ReadRequest, type ReadResult, type ReadStatement, TEXT_DAMAGED } from './protocol.ts'
import type { WorkerLink } from './worker-link.ts'

/** What a reader is asked for: a point or a page that is quick by its index, or a slice of something that may be long. */
export type Lane = 'interactive' | 'search'

/** Threads that read. Searches never occupy the last free one, so what is interactive never waits for one of them. */
export interface Readers {
  /**
   * All statements see one state, which holds everything that was committed before this was called. Throws `store_busy`
   * when too many wait in the lane.
   */
  run(lane: Lane, statements: readonly ReadStatement[], deadlineMs?: number): Promise<readonly ReadResult[]>
  failure(): string | null
  close(): Promise<void>
}

/** `onTextDamage`: a reader found the index of texts damaged. */
export function startReaders(links: readonly WorkerLink<ReadRequest>[], onTextDamage: () => void): Readers {
  const free = [...links]
  const queues: Record<Lane, ((link: WorkerLink<ReadRequest>) => void)[]> = { interactive: [], search: [] }
  const mostSearching = links.length - 1
  let searching = 0
  let gone = 0
  let closed = false

  const serveWaiting = () => {
    for (;;) {
      const lane = queues.interactive.length > 0 ? 'interactive' : 'search'
      if (free.length === 0 || (lane === 'search' && searching >= mostSearching)) return
      const next = queues[lane].shift()
      const link = next === undefined ? undefined : free.pop()
      if (next === undefined || link === undefined) return
      if (lane === 'search') searching++
      next(link)
    }
  }

  return {
    async run(lane, asked, deadlineMs) {
      if (closed) throw new DomainError('shutting_down')
      if (queues[lane].length >= LIMITS[WAITING[lane]]) throw tooMany(WAITING[lane])
      const link = await new Promise<WorkerLink<ReadRequest>>((resolve) => {
        queues[lane].push(resolve)
        serveWaiting()
      })
      try {
        if (closed) throw new DomainError('shutting_down')
        return await link.ask({ type: 'read', statements: asked, deadlineMs: deadlineMs ?? null })
      } catch (error) {
        if (error instanceof StatementError && error.code === TEXT_DAMAGED) onTextDamage()
        throw error
      } finally {
        if (lane === 'search') searching--
        // A thread that is gone would refuse at once and so be the one that is always free. The last one says why.
        if (link.failure() === null || ++gone === links.length) free.push(link)
        serveWaiting()
      }
    },
    failure: () => links.map((link) => link.failure()).find((failure) => failure !== null) ?? null,
    async close() {
      closed = true
      await Promise.all(links.map((link) => link.close()))
    },
  }
}

const WAITING = { interactive: 'readsWaiting', search: 'searchesWaiting' } as const satisfies Record<Lane, string>

function tooMany(limit: (typeof WAITING)[Lane]): DomainError {
  const allowed = LIMITS[limit]
  const what = limit === 'readsWaiting' ? 'reads' : 'searches'
  return new DomainError('store_busy', {
    say: `${allowed} ${what} wait already (limit ${limit}). Nothing was changed; ask again shortly.`,
    limit,
    allowed,
    retryAfterSeconds: 1,
  })
}

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
