import type { OrgId } from '@sentinelmesh/api'
import type { Filter, StoredEntry } from '@sentinelmesh/db'
import type { entryLists } from '../../services/logs/list-entries.ts'

export interface LegacyList {
  readonly org: OrgId
  readonly filter: Filter
  readonly query: { page?: number | undefined; per_page?: number | undefined; cursor?: string | undefined }
  readonly name: 'logs' | 'alerts'
  readonly toItem: (entry: StoredEntry) => unknown
  /** Fields of the reply besides the list. */
  readonly extra: Record<string, unknown>
}

/**
 * Streams the JSON of `/logs` and `/alerts` in chunks. Without a page number it holds all items, because the seed's
 * clients count them.
 */
export async function* legacyList(
  lists: ReturnType<typeof entryLists>,
  { org, filter, query, name, toItem, extra }: LegacyList,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void> {
  const options = {
    org,
    filter,
    page: query.page,
    perPage: query.per_page,
    cursor: query.cursor,
    fingerprint: { name, ...extra },
    toItem: (entry: StoredEntry) => JSON.stringify(toItem(entry)),
  }
  let about = {}
  let separator = ''
  for await (const part of lists(options, signal)) {
    if (part.type === 'total') {
      const { count, estimated } = part.total
      about = { total: count, ...(estimated ? { total_estimated: true } : {}), ...extra }
      yield Buffer.from(`{"${name}":[`)
    } else if (part.type === 'item') {
      yield Buffer.from(separator + part.item)
      separator = ','
    } else {
      const { page, perPage: per_page, nextCursor: next_cursor } = part
      yield Buffer.from(`],${JSON.stringify({ ...about, page, per_page, next_cursor }).slice(1)}`)
    }
  }
}
