import type { Services } from '@sentinelmesh/api'
import { authorise, toTailCursor } from '@sentinelmesh/api/constants'
import type { Verb } from '../verb.ts'
import { readCursor, readFilter, writeCursor } from './filter.ts'
import { toRow } from './to-wire.ts'

/** Throws `query_invalid`, `cursor_invalid`, `invalid_input`. */
export const page: Verb<Services['logs']['page']> = async ({ database, clock }, principal, input) => {
  const org = authorise(principal, 'logs.read')
  const { q, from, to, order, limit, cursor } = input
  const query = { q, from, to, order }
  const filter = readFilter(input, clock.now())
  const after = cursor === undefined ? undefined : readCursor(cursor, query)

  const [found, total] = await Promise.all([
    database.search.page(org, filter, { limit, order, after: after?.position, head: after?.head }),
    database.search.count(org, filter),
  ])
  return {
    items: found.items.map(toRow),
    total: total.count,
    totalEstimated: total.estimated,
    nextCursor: found.next === null ? null : writeCursor({ position: found.next, head: found.head }, query),
    head: toTailCursor(found.head),
    incomplete: found.incomplete,
  }
}
