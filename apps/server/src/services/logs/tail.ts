import type { Seq, TailItem } from '@sentinelmesh/api'
import { DomainError, fromTailCursor, toTailCursor } from '@sentinelmesh/api/constants'
import type { StoredEntry } from '@sentinelmesh/db'
import { compile, type Queryable } from '@sentinelmesh/query'
import { linearRegex } from '@sentinelmesh/query/regex'
import { follow, type Followed } from '../../tail/follow.ts'
import type { Deps, Verb } from '../verb.ts'
import { ofEach } from '../../tail/of-each.ts'
import { readQuery } from './filter.ts'
import { toRow } from './to-wire.ts'

/** Relative times in the query refer to the start of the tail. Throws `query_invalid`, `cursor_invalid`. */
export const tail: Verb<'logs.tail', 'bus' | 'shared' | 'slots'> = async function* (
  deps,
  { org, signal, drained, holdTail },
  input,
) {
  using _held = holdTail()
  const query = readQuery(input.q)
  const now = deps.clock.now() * 1000
  const holds = query === undefined ? undefined : compile(query, { now, regex: linearRegex })
  const test = holds && deps.slots.filters(org, (entry: StoredEntry) => holds(toQueryable(entry)))
  // An entry with many matches lists only some of them. The store can check the others.
  const matches = (entry: StoredEntry) => test === undefined || (entry.matchesLeftOut > 0 ? 'undecided' : test(entry))
  const after = await startOf(deps, org, input.lastEventId ?? input.after)
  const options = { after, matches, query: query && { ast: query, now, signal }, drained, signal }
  for await (const item of follow(deps, org, options)) yield toTailItem(item)
}

async function startOf(
  { database }: Deps,
  org: Parameters<typeof database.logs.head>[0],
  cursor: string | null | undefined,
): Promise<Seq> {
  if (cursor === null || cursor === undefined) return (await database.logs.head(org)).seq
  const seq = fromTailCursor(cursor)
  if (seq === undefined) throw new DomainError('cursor_invalid')
  return seq
}

const toQueryable = ofEach((entry: StoredEntry): Queryable => ({
  ...entry,
  source_id: entry.sourceId,
  received_at: entry.receivedAt,
  reported_by: entry.reportedBy,
}))

const toEntryItem = ofEach((entry: StoredEntry): TailItem => ({ type: 'entry', entry: toRow(entry) }))

function toTailItem(item: Followed): TailItem {
  switch (item.type) {
    case 'entry':
      return toEntryItem(item.entry)
    case 'gap':
      return { type: 'gap', from: toTailCursor(item.from), to: toTailCursor(item.to), reason: item.reason }
    case 'progress':
      return toProgress(item)
    case 'lagging':
      return { ...item, cursor: toTailCursor(item.cursor) }
  }
}

function toProgress({ undecided, ...item }: Extract<Followed, { type: 'progress' }>): TailItem {
  const progress = { ...item, from: toTailCursor(item.from), cursor: toTailCursor(item.cursor) }
  return undecided === 0 ? progress : { ...progress, undecided }
}
