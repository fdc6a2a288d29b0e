import type { OrgId } from '@sentinelmesh/api'
import { bandOf } from '@sentinelmesh/rules/risk'
import { type Expression, type SqlBool, sql } from 'kysely'
import { LIMITS as API_LIMITS } from '@sentinelmesh/api/constants'
import { LIMITS } from '../../limits.ts'
import type { BandCounts, Filter, LogSearch, Page, PageOptions, Position, Total } from '../../log-search.ts'
import type { StoredEntry, StoredRow } from '../../log-store.ts'
import { statements } from './compile.ts'
import type { ReadResult, ReadStatement } from './protocol.ts'
import { type Readers, rowsOf, statement } from './readers.ts'
import { MINUTE } from './rollup-keys.ts'
import { rowStatements, selectRows, selectWhole, toRows, toWhole, wholeStatements } from './rows.ts'
import { planSearch } from './search-plan.ts'
import { type Scope, type SearchDeps, inSlices, inWindow, isFiltered } from './search-slices.ts'

/** Every search runs in slices by `inSlices`, which keeps its deadline and lets others take turns. */
export function sqliteLogSearch(deps: SearchDeps): LogSearch {
  return {
    page: ((org: OrgId, filter: Filter, options: PageOptions & { readonly whole?: boolean }) =>
      options.whole === true
        ? page(deps, WHOLE, { org, filter, options })
        : page(deps, ROWS, { org, filter, options })) as LogSearch['page'],
    count: (org, filter) => count(deps, org, filter),
    histogram: (org, filter, buckets) => histogram(deps, org, filter, buckets),
  }
}

interface PageRequest {
  readonly org: OrgId
  readonly filter: Filter
  readonly options: PageOptions
}

/** What pages of rows and pages of whole entries do differently. */
interface Shape<Item> {
  statements(conditions: readonly Expression<SqlBool>[], ordered: Ordered): readonly ReadStatement[]
  items(results: readonly (ReadResult | undefined)[]): Item[]
}

interface Ordered {
  readonly direction: 'asc' | 'desc'
  readonly limit: number
  readonly offset: number
  readonly bytes: number | undefined
}

const ROWS: Shape<StoredRow> = {
  statements: (conditions, { direction, limit, offset, bytes }) =>
    rowStatements(
      selectRows()
        .where((eb) => eb.and([...conditions]))
        .orderBy('entries.at', direction)
        .orderBy('entries.seq', direction)
        .limit(limit)
        .offset(offset),
      untilBytes(bytes),
    ),
  items: toRows,
}

const WHOLE: Shape<StoredEntry> = {
  statements: (conditions, { direction, limit, offset, bytes }) =>
    wholeStatements(
      selectWhole()
        .where((eb) => eb.and([...conditions]))
        .orderBy('entries.at', direction)
        .orderBy('entries.seq', direction)
        .limit(limit)
        .offset(offset),
      untilBytes(bytes),
    ),
  items: toWhole,
}

const untilBytes = (most: number | undefined) => (most === undefined ? {} : { until: { column: 'size', most } })

async function page<Item extends Position>(
  deps: SearchDeps,
  shape: Shape<Item>,
  { org, filter, options }: PageRequest,
): Promise<Page<Item>> {
  const { limit, order, after, bytes } = options
  const plan = await planSearch(deps.readers, org, filter, true)
  const head = options.head ?? plan.head
  const scope: Scope = { org, filter: plan.filter, conditions: plan.conditions, order, after, head }
  const direction = order === 'newest' ? 'desc' : 'asc'
  const items: Item[] = []
  let skip = options.skip ?? 0
  let cut = false

  const end = await inSlices(deps, scope, (window) => {
    const conditions = inWindow(scope, window)
    const rows = shape.statements(conditions, { direction, limit: limit + 1 - items.length, offset: skip, bytes })
    return {
      // Of a window that is not the last: how many of those to skip lie in it.
      statements: skip > 0 && window.last !== undefined ? [...rows, statement(upTo(skip, conditions))] : rows,
      take([entries, matches, skipped]) {
        skip -= rowsOf<{ count: number }>(skipped)[0]?.count ?? 0
        items.push(...shape.items([entries, matches]))
        cut = entries?.cut ?? false
        return cut || items.length > limit
      },
    }
  })

  if (items.length > limit) items.length = limit
  else if (end.incomplete) return { items, next: end.stoppedAt ?? null, head, incomplete: true }
  else if (!cut) return { items, next: null, head, incomplete: false }
  const last = items.at(-1)
  return { items, next: last === undefined ? null : { at: last.at, seq: last.seq }, head, incomplete: false }
}

async function count(deps: SearchDeps, org: OrgId, filter: Filter): Promise<Total> {
  const plan = await planSearch(deps.readers, org, filter, false)
  if (!isFiltered(filter)) return { count: plan.entries, estimated: false }
  const most = LIMITS.countedExactly
  let found = 0
  const scope: Scope = {
    org,
    filter: plan.filter,
    conditions: plan.conditions,
    order: 'newest',
    after: undefined,
    head: undefined,
  }
  const { incomplete } = await inSlices(deps, scope, (window) => ({
    statements: [statement(upTo(most + 1 - found, inWindow(scope, window)))],
    take([counted]) {
      found += rowsOf<{ count: number }>(counted)[0]?.count ?? 0
      return found > most
    },
  }))
  return { count: Math.min(found, most), estimated: incomplete || found > most }
}

async function histogram(
  deps: SearchDeps,
  org: OrgId,
  filter: Filter & { readonly from: number; readonly to: number },
  buckets: number,
): Promise<{ readonly counts: readonly BandCounts[]; readonly incomplete: boolean }> {
  const counts = Array.from({ length: buckets }, () => ({ none: 0, low: 0, medium: 0, high: 0, critical: 0 }))
  const plan = await planSearch(deps.readers, org, filter, false)
  if (
    !isFiltered({ ...filter, from: undefined, to: undefined }) &&
    (await rolledUp(deps.readers, org, filter, buckets, counts))
  )
    return { counts, incomplete: false }
  const scope: Scope = {
    org,
    filter: plan.filter,
    conditions: plan.conditions,
    order: 'newest',
    after: undefined,
    head: undefined,
  }
  // Integers: a double would put what lies at the edge of a bucket into the wrong one.
  const bucket = sql<number>`(entries.at - cast(${filter.from} as integer)) * cast(${buckets} as integer)
    / cast(${filter.to - filter.from} as integer)`
  const { incomplete } = await inSlices(deps, scope, (window) => ({
    statements: [
      statement(
        selectFound(inWindow(scope, window))
          .select((eb) => [bucket.as('bucket'), 'entries.risk', eb.fn.countAll<number>().as('count')])
          .groupBy(['bucket', 'entries.risk']),
      ),
    ],
    take([found]) {
      for (const row of rowsOf<{ bucket: number; risk: number; count: number }>(found)) {
        const bands = counts[row.bucket]
        if (bands !== undefined) bands[bandOf(row.risk)] += row.count
      }
      return false
    },
  }))
  return { counts, incomplete }
}

function selectFound(conditions: readonly Expression<SqlBool>[]) {
  return statements.selectFrom('entries').where((eb) => eb.and([...conditions]))
}

/** How many entries there are, counted up to `most`. */
function upTo(most: number, conditions: readonly Expression<SqlBool>[]) {
  return statements
    .selectFrom(
      selectFound(conditions)
        .select(sql<number>`1`.as('one'))
        .limit(most)
        .as('found'),
    )
    .select((eb) => eb.fn.countAll<number>().as('count'))
}

/**
 * Fills `counts` from the roll-ups where they say the same as the entries: steps are whole minutes, and nothing of the
 * range was removed. Purging goes by arrival and no entry is accepted that is more than `LIMITS.aheadMs` ahead of it, so
 * what lies that far behind the first arrival that is kept was never purged.
 */
async function rolledUp(
  readers: Readers,
  org: OrgId,
  { from, to }: { readonly from: number; readonly to: number },
  buckets: number,
  counts: BandCounts[],
): Promise<boolean> {
  const step = (to - from) / buckets
  if (from % MINUTE !== 0 || step % MINUTE !== 0) return false
  const [removed, kept, bands] = await readers.run('interactive', [
    statement(
      statements
        .selectFrom('gaps')
        .select((eb) => [
          eb.fn.countAll<number>().as('all'),
          sql<number | null>`sum(reason <> 'retention')`.as('erased'),
        ])
        .where('org', '=', org),
    ),
    statement(
      statements
        .selectFrom('entries')
        .select((eb) => eb.fn.min('received_at').as('first'))
        .where('org', '=', org),
    ),
    statement(
      statements
        .selectFrom('rollups')
        .select((eb) => [
          sql<number>`(minute - ${sql.lit(from / MINUTE)}) / ${sql.lit(step / MINUTE)}`.as('bucket'),
          'key',
          eb.fn.sum<number>('count').as('count'),
        ])
        .where('org', '=', org)
        .where('dimension', '=', 'band')
        .where('minute', '>=', from / MINUTE)
        .where('minute', '<', to / MINUTE)
        .groupBy(['bucket', 'key']),
    ),
  ])
  const [gaps = { all: 0, erased: null }] = rowsOf<{ all: number; erased: number | null }>(removed)
  const first = rowsOf<{ first: number | null }>(kept)[0]?.first ?? Number.POSITIVE_INFINITY
  if (gaps.all > 0 && ((gaps.erased ?? 0) > 0 || from < first + API_LIMITS.aheadMs * 1_000)) return false
  for (const { bucket, key, count } of rowsOf<{ bucket: number; key: keyof BandCounts; count: number }>(bands)) {
    const bucketCounts = counts[bucket]
    if (bucketCounts !== undefined) counts[bucket] = { ...bucketCounts, [key]: count }
  }
  return true
}
