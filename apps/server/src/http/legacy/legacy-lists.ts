import { setTimeout as sleep } from 'node:timers/promises'
import type { OrgId } from '@sentinelmesh/api'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { slotQueue } from '@sentinelmesh/flow/fair-queue'
import type { Filter, Page, PageOptions, Position, StoredEntry } from '@sentinelmesh/db'
import { readCursor, writeCursor } from '../../services/logs/page-cursor.ts'
import type { ServiceDeps } from '../../services/verb.ts'

export interface LegacyListOptions {
  readonly org: OrgId
  readonly filter: Filter
  readonly query: { page?: number | undefined; per_page?: number | undefined; cursor?: string | undefined }
  readonly name: 'logs' | 'alerts'
  readonly toItem: (entry: StoredEntry) => unknown
  readonly extra: Record<string, unknown>
}

/** Read at a time: what one reply holds in memory, besides the entry that is being sent. */
const BATCH = { limit: 200, bytes: 256 * 1024 }

/** Batches of one organization that are read at a time, so that a turn of the event loop meets one of them. */
const BATCHES_AT_ONCE = 1

const PER_PAGE = 50

/**
 * A numbered page where one is asked for; otherwise everything, because the seed's clients add the list up themselves.
 * Both are written at the pace of their reader and cut at `legacyListBytes`, a list without a number also at
 * `legacyListRows`. The cursor of a cut page leads to the rest of that page, so that its number keeps its meaning and
 * whoever follows cursors within pages gets each entry once. The total is known before the first entry is sent.
 */
export function legacyLists({ database }: Pick<ServiceDeps, 'database'>) {
  const lists = slotQueue<OrgId>({ perOwner: LIMITS.legacyListsAtOnce })
  const reads = slotQueue<OrgId>(
    { perOwner: BATCHES_AT_ONCE },
    { perOwner: LIMITS.legacyListsAtOnce, onFull: tooManyLists },
  )

  return async function* (options: LegacyListOptions, signal: AbortSignal): AsyncGenerator<Buffer, void> {
    const { org, filter, query, name, toItem, extra } = options
    const { page = 1, per_page: perPage = PER_PAGE } = query
    const fingerprint = { name, ...extra }
    const start = query.cursor === undefined ? undefined : readCursor(query.cursor, fingerprint)
    const isNumbered = start === undefined ? (query.page ?? query.per_page) !== undefined : start.left !== undefined
    const most = start?.left ?? (isNumbered ? perPage : LIMITS.legacyListRows)

    using slot = lists.tryEnter({ owner: org })
    if (slot === undefined) throw tooManyLists()
    const { search } = database.reading(signal)
    const total = await search.count(org, filter)
    // One more than a list may have, since only then it is known that it goes on.
    const batches = read(isNumbered ? most : most + 1, {
      after: start?.position,
      head: start?.head,
      skip: start === undefined && isNumbered ? (page - 1) * perPage : 0,
      async page(asked) {
        using _slot = await reads.enter({ owner: org }, signal)
        const began = performance.now()
        const found = await search.page(org, filter, { ...asked, order: 'newest', whole: true })
        // While other lists wait, half of the time stays free for the rest of the server.
        if (reads.waiting() > 0) await sleep(performance.now() - began, undefined, { signal })
        return found
      },
    })

    yield Buffer.from(`{"${name}":[`)
    let rows = 0
    let bytes = 0
    let last: Position | undefined
    let next: string | null = null
    for await (const { items, head, more } of batches) {
      for (const entry of items) {
        const item = JSON.stringify(toItem(entry))
        const piece = Buffer.from(rows === 0 ? item : `,${item}`)
        bytes += piece.length
        const isFull = bytes > LIMITS.legacyListBytes || rows === most
        if (isFull && last !== undefined) {
          const left = isNumbered ? { left: most - rows } : {}
          next = writeCursor({ ...filter, total, head, direction: 'next', position: last, ...left }, fingerprint)
          break
        }
        yield piece
        rows += 1
        last = { at: entry.at, seq: entry.seq }
      }
      if (next !== null || !more) break
    }
    const about = { total: total.count, ...(total.estimated ? { total_estimated: true } : {}), ...extra }
    yield Buffer.from(`],${JSON.stringify({ ...about, page, per_page: perPage, next_cursor: next }).slice(1)}`)
  }
}

interface ListRead {
  readonly after: Position | undefined
  readonly head: StoredEntry['seq'] | undefined
  readonly skip: number
  page(asked: Pick<PageOptions, 'after' | 'head' | 'skip' | 'limit' | 'bytes'>): Promise<Page<StoredEntry>>
}

async function* read(most: number, { page, skip, ...from }: ListRead) {
  let { after, head } = from
  for (let left = most; left > 0;) {
    const limit = Math.min(BATCH.limit, left)
    const found = await page({ after, head, limit, bytes: BATCH.bytes, skip: after === undefined ? skip : 0 })
    left -= found.items.length
    ;({ head } = found)
    yield { items: found.items, head, more: found.next !== null }
    if (found.next === null) return
    after = found.next
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
