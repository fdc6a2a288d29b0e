import type { Services } from '@sentinelmesh/api'
import { authorise, toTailCursor } from '@sentinelmesh/api/constants'
import type { Verb } from '../verb.ts'
import { readFilter } from './filter.ts'
import { narrowing } from './narrow.ts'
import { readCursor, writeCursor } from './page-cursor.ts'
import { toRow } from './to-wire.ts'

/** Throws `query_invalid`, `cursor_invalid`, `invalid_input`. */
export const page: Verb<Services['logs']['page']> = async ({ database, clock }, principal, input) => {
  const org = authorise(principal, 'logs.read')
  const { q, from, to, order, limit, cursor } = input
  const query = { q, from, to, order }
  const start = cursor === undefined ? undefined : readCursor(cursor, query)
  const filter = { ...readFilter(input, clock.now()), ...(start === undefined ? {} : { now: start.now }) }
  const goingBack = start?.direction === 'previous'
  const place = goingBack ? { before: start.position } : { after: start?.position }

  const [found, total] = await Promise.all([
    database.search.page(org, filter, { limit, order, head: start?.head, ...place }),
    start?.total ?? database.search.count(org, filter),
  ])
  const { next, previous, head, incomplete } = found
  const snapshot = { head, now: filter.now, total }
  const cursorTo = (direction: 'next' | 'previous', position: typeof next) =>
    position === null ? null : writeCursor({ ...snapshot, direction, position }, query)
  return {
    items: found.items.map(toRow),
    total: total.count,
    totalEstimated: total.estimated,
    nextCursor: cursorTo('next', next),
    prevCursor: cursorTo('previous', previous),
    head: toTailCursor(head),
    ...narrowing(filter, { incomplete, stoppedAt: goingBack ? previous : next }),
  }
}
