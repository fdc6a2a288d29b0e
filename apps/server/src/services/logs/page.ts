import { LIMITS, toTailCursor } from '@sentinelmesh/api/constants'
import type { Page, StoredRow } from '@sentinelmesh/db'
import type { Verb } from '../verb.ts'
import { readFilter } from './filter.ts'
import { fitting } from './fitting.ts'
import { narrowing } from './narrow.ts'
import { readCursor, writeCursor } from './page-cursor.ts'
import { toRow } from './to-wire.ts'

/** Throws `query_invalid`, `cursor_invalid`, `invalid_input`. */
export const page: Verb<'logs.page'> = async ({ database, clock }, { org, signal }, input) => {
  const { q, from, to, order, limit, cursor } = input
  const query = { q, from, to, order }
  const start = cursor === undefined ? undefined : readCursor(cursor, query)
  const filter = { ...readFilter(input, clock.now()), ...(start === undefined ? {} : { now: start.now }) }
  const goingBack = start?.direction === 'previous'
  const place = goingBack ? { before: start.position } : { after: start?.position }

  const { search } = database.reading(signal)
  const [found, total] = await Promise.all([
    search.page(org, filter, { limit, order, head: start?.head, bytes: LIMITS.pageReplyBytes, ...place }),
    start?.total ?? search.count(org, filter),
  ])
  const { head, incomplete, undecided } = found
  const kept = fitting(found.items.map(toRow), LIMITS.pageReplyBytes, goingBack ? 'last' : 'first')
  const { next, previous } = endsOf(found, kept.length, goingBack)
  const snapshot = { head, now: filter.now, total }
  const cursorTo = (direction: 'next' | 'previous', position: typeof next) =>
    position === null ? null : writeCursor({ ...snapshot, direction, position }, query)
  return {
    items: [...kept],
    total: total.count,
    totalEstimated: total.estimated,
    nextCursor: cursorTo('next', next),
    prevCursor: cursorTo('previous', previous),
    head: toTailCursor(head),
    ...narrowing(filter, { incomplete, undecided, stoppedAt: goingBack ? previous : next }),
  }
}

/** Cursors of the neighboring pages if only the first rows of this one are returned. The rest is on the next page. */
function endsOf(
  { items, next, previous }: Page<StoredRow>,
  kept: number,
  goingBack: boolean,
): Pick<Page<StoredRow>, 'next' | 'previous'> {
  if (kept === items.length) return { next, previous }
  const end = items.at(goingBack ? -kept : kept - 1)
  const place = end === undefined ? null : { at: end.at, seq: end.seq }
  return goingBack ? { next, previous: place } : { next: place, previous }
}
