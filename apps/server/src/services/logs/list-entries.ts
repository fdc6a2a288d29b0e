import { setTimeout as sleep } from 'node:timers/promises'
import type { OrgId } from '@sentinelmesh/api'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { slotQueue } from '@sentinelmesh/flow/fair-queue'
import type { Filter, PageOptions, Position, StoredEntry, Total } from '@sentinelmesh/db'
import type { Deps } from '../verb.ts'
import { readCursor, writeCursor } from './page-cursor.ts'

/** A list holds at most one batch in memory, plus the entry that is being sent. */
const BATCH = { limit: 200, bytes: 256 * 1024 }

/** The limit of batches that an organization reads concurrently. One turn of the event loop then handles one batch. */
const BATCHES_AT_ONCE = 1

const PER_PAGE = 50

export interface ListOptions {
  readonly org: OrgId
  readonly filter: Filter
  /** With `page` or `perPage`: one page. With `cursor`: the rest of a page or list. Otherwise everything. */
  readonly page?: number | undefined
  readonly perPage?: number | undefined
  readonly cursor?: string | undefined
  /** A cursor is valid only for a list with the same fingerprint. */
  readonly fingerprint: Record<string, unknown>
  /** Formats one item. */
  readonly toItem: (entry: StoredEntry) => string
}

/** Parts arrive in this order: one `total`, any number of `item`, one `end`. */
export type ListPart =
  | { readonly type: 'total'; readonly total: Total }
  | { readonly type: 'item'; readonly item: string }
  | { readonly type: 'end'; readonly page: number; readonly perPage: number; readonly nextCursor: string | null }

/**
 * Lists whole entries, newest first, at the pace of the reader. A list ends after `legacyListBytes`, and after
 * `legacyListRows` if it has no page number. The cursor of a page that was cut leads to the rest of that page, so that page
 * numbers keep their meaning and a client that follows cursors gets each entry once.
 *
 * Throws `rate_limited` before the first part if the organization reads `legacyListsAtOnce` lists, and `invalid_input` for a
 * cursor of another list.
 */
export function entryLists({ database }: Deps) {
  const lists = slotQueue<OrgId>({ perOwner: LIMITS.legacyListsAtOnce })
  const reads = slotQueue<OrgId>(
    { perOwner: BATCHES_AT_ONCE },
    { perOwner: LIMITS.legacyListsAtOnce, onFull: tooManyLists },
  )

  return async function* (options: ListOptions, signal: AbortSignal): AsyncGenerator<ListPart, void> {
    const { org, filter, page = 1, perPage = PER_PAGE, cursor, fingerprint, toItem } = options
    const start = cursor === undefined ? undefined : readCursor(cursor, fingerprint)
    const isNumbered = start === undefined ? (options.page ?? options.perPage) !== undefined : start.left !== undefined
    const mostRows = start?.left ?? (isNumbered ? perPage : LIMITS.legacyListRows)

    using slot = lists.tryEnter({ owner: org })
    if (slot === undefined) throw tooManyLists()
    const { search } = database.reading(signal)
    const total = await search.count(org, filter)
    yield { type: 'total', total }

    const readBatch = async (asked: PageOptions) => {
      using _slot = await reads.enter({ owner: org }, signal)
      const began = performance.now()
      const batch = await search.page(org, filter, { ...asked, whole: true })
      // While other lists wait, half of the time stays free for the rest of the server.
      if (reads.waiting() > 0) await sleep(performance.now() - began, undefined, { signal })
      return batch
    }

    let rows = 0
    let bytes = 0
    let last: Position | undefined
    let after = start?.position
    let head = start?.head
    let skip = cursor === undefined && isNumbered ? (page - 1) * perPage : 0
    // A list without a page number reads one entry more than its limit, to find out whether there are more.
    for (let left = isNumbered ? mostRows : mostRows + 1; left > 0;) {
      const limit = Math.min(BATCH.limit, left)
      const batch = await readBatch({ ...BATCH, limit, after, head, skip, order: 'newest' })
      ;({ head } = batch)
      for (const entry of batch.items) {
        const item = toItem(entry)
        // Adds one byte for the separator.
        bytes += Buffer.byteLength(item) + (rows === 0 ? 0 : 1)
        if (last !== undefined && (bytes > LIMITS.legacyListBytes || rows === mostRows)) {
          const rest = isNumbered ? { left: mostRows - rows } : {}
          const place = { total, head, direction: 'next', position: last, ...rest } as const
          yield { type: 'end', page, perPage, nextCursor: writeCursor({ ...filter, ...place }, fingerprint) }
          return
        }
        yield { type: 'item', item }
        rows += 1
        last = { at: entry.at, seq: entry.seq }
      }
      if (batch.next === null) break
      left -= batch.items.length
      after = batch.next
      skip = 0
    }
    yield { type: 'end', page, perPage, nextCursor: null }
  }
}

function tooManyLists(): DomainError {
  const allowed = LIMITS.legacyListsAtOnce
  return new DomainError('rate_limited', {
    say: `This organization is already reading ${allowed} lists (limit legacyListsAtOnce). Read them to their end, or try again in a second.`,
    limit: 'legacyListsAtOnce',
    allowed,
    retryAfterSeconds: 1,
  })
}
