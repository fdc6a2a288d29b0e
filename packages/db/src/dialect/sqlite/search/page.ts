import type { OrgId, Seq } from '@sentinelmesh/api'
import { BEFORE_ALL } from '@sentinelmesh/api/constants'
import type { Expression, SqlBool } from 'kysely'
import type { Filter, Order, Page, PageOptions, Position } from '../../../log-search.ts'
import type { StoredEntry, StoredRow } from '../../../log-store.ts'
import { headOf, selectHead } from '../log/head.ts'
import type { ReadResult, ReadStatement } from '../threads/protocol.ts'
import { rowsOf, statement } from '../read/readers.ts'
import { rowStatements, selectRows, selectWhole, toRows, toWhole, untilBytes, wholeStatements } from '../read/rows.ts'
import { countUpTo, planSearch } from './plan.ts'
import type { SearchDeps } from './deps.ts'
import { type Scope, runInSlices, inWindow } from './slices.ts'
import { extentOf, selectMatching } from './matching-entries.ts'

interface PageRequest {
  readonly org: OrgId
  readonly filter: Filter
  readonly options: PageOptions
}

/** A way to read one kind of page: rows or whole entries. */
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

export const ROWS: Shape<StoredRow> = {
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

export const WHOLE: Shape<StoredEntry> = {
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

export async function page<Item extends Position>(
  deps: SearchDeps,
  shape: Shape<Item>,
  { org, filter, options }: PageRequest,
): Promise<Page<Item>> {
  const { order, after, before } = options
  const plan = await planSearch(deps.readers, org, filter, true)
  // The page before a position is the first page after it in the opposite order, reversed.
  const scope = {
    org,
    filter: plan.filter,
    access: plan.access,
    ...(before === undefined ? { order, after } : { order: OPPOSITE[order], after: before }),
    head: options.head ?? plan.head,
  }
  const { items, continuesAt, incomplete, undecided } = await readItems(deps, shape, scope, options)
  const head = scope.head ?? BEFORE_ALL
  const cursor = before ?? after
  const first = items[0]
  // If the page is empty, the entry at the cursor is still reachable on the side that this page came from.
  const back = cursor === undefined ? null : first === undefined ? justAfter(cursor, scope.order) : positionOf(first)
  return before === undefined
    ? { items, next: continuesAt, previous: back, head, incomplete, undecided }
    : { items: items.toReversed(), next: back, previous: continuesAt, head, incomplete, undecided }
}

const OPPOSITE: Record<Order, Order> = { newest: 'oldest', oldest: 'newest' }

function positionOf({ at, seq }: Position): Position {
  return { at, seq }
}

/** The position immediately after this one in the given order, so that the page before it starts with this one. */
function justAfter({ at, seq }: Position, order: Order): Position {
  return { at, seq: (order === 'newest' ? seq - 1 : seq + 1) as Seq }
}

/** Reads one page from the start of the scope. A scope without a head gets the head that its first slice sees. */
async function readItems<Item extends Position>(
  deps: SearchDeps,
  shape: Shape<Item>,
  scope: Omit<Scope, 'head'> & { head: Seq | undefined },
  { limit, bytes, skip = 0 }: PageOptions,
): Promise<Pick<Page<Item>, 'items' | 'incomplete' | 'undecided'> & { readonly continuesAt: Position | null }> {
  const { org } = scope
  const direction = scope.order === 'newest' ? 'desc' : 'asc'
  const items: Item[] = []
  let offset = skip
  let cut = false

  const end = await runInSlices(deps, scope, (window) => {
    const conditions = inWindow(scope, window)
    const rows = shape.statements(conditions, { direction, limit: limit + 1 - items.length, offset, bytes })
    return {
      statements: [
        ...rows,
        statement(selectHead(org)),
        // Unless this is the last window: how many of the entries to skip are in it.
        ...(offset > 0 && window.last !== undefined ? [statement(countUpTo(selectMatching(conditions), offset))] : []),
      ],
      take([entries, matches, heads, skipped]) {
        scope.head ??= headOf(heads).seq
        offset -= rowsOf<{ count: number }>(skipped)[0]?.count ?? 0
        items.push(...shape.items([entries, matches]))
        cut = entries?.cut ?? false
        return cut || items.length > limit
      },
    }
  })

  const { incomplete, stoppedAt, undecided } = extentOf(end)
  if (items.length > limit) items.length = limit
  else if (end.stopped) return { items, continuesAt: stoppedAt, incomplete, undecided }
  else if (!cut) return { items, continuesAt: null, incomplete, undecided }
  const last = items.at(-1)
  return { items, continuesAt: last === undefined ? null : positionOf(last), incomplete, undecided }
}
