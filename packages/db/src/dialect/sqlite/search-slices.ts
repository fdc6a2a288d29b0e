import type { OrgId } from '@sentinelmesh/api'
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import { LIMITS } from '../../limits.ts'
import type { Filter, Order, Position } from '../../log-search.ts'
import { statements } from './compile.ts'
import { StatementError } from './errors.ts'
import { DEADLINE, type ReadResult, type ReadStatement } from './protocol.ts'
import { queryToSql } from './query-to-sql.ts'
import { type Readers, rowsOf, statement } from './readers.ts'
import type { Access } from './search-plan.ts'
import type { Candidates } from './text-index/candidates.ts'

export interface SearchDeps {
  readonly readers: Readers
  readonly searchMs: number
  readonly sliceMs: number
}

/** What a search is about, in the order in which it goes through it. */
export interface Scope {
  readonly org: OrgId
  /** Without a least risk. */
  readonly filter: Filter
  /** Of the plan. */
  readonly access: Access
  readonly order: Order
  readonly after: Position | undefined
  /** Nothing above this position. */
  readonly head: number | undefined
}

/** A part of a scope: behind `after`, up to and with `last`; without them from its beginning, to its end. */
export interface Window {
  readonly after: Position | undefined
  readonly last: Position | undefined
  /** The entries at these positions alone. */
  readonly seqs?: readonly number[]
}

export interface Slice {
  readonly statements: readonly ReadStatement[]
  /** Takes what was found; true when that is enough. */
  take(results: readonly ReadResult[]): boolean
}

/**
 * Goes through the scope once: first as a whole, since most searches end within one slice and the planner then has the
 * choice of every index; else, its time over, window by window of so many entries, taking turns with other searches.
 * After `searchMs` it ends, and `stoppedAt` says behind which entry nothing was looked at; candidates are gone through in
 * another order, and then it says nothing.
 */
export async function inSlices(
  deps: SearchDeps,
  scope: Scope,
  slice: (window: Window) => Slice,
): Promise<{ readonly incomplete: false } | { readonly incomplete: true; readonly stoppedAt: Position | undefined }> {
  const { readers, searchMs, sliceMs } = deps
  const began = performance.now()
  const attempt: Attempt = async (window, lane, rows) => {
    const { statements: asked, take } = slice(window)
    try {
      return take(await readers.run(lane, asked, rows === 1 ? undefined : sliceMs)) ? 'enough' : 'all'
    } catch (error) {
      if (error instanceof StatementError && error.code === DEADLINE) return 'deadline'
      throw error
    }
  }

  const timeLeft = () => performance.now() - began < searchMs
  const { positions, candidates } = scope.access
  if (candidates !== undefined) return throughCandidates(candidates, attempt, timeLeft)
  if (positions !== undefined) return throughPlaces(await inOrder(readers, scope, positions), scope, attempt, timeLeft)

  const whole = { after: scope.after, last: undefined }
  if ((await attempt(whole, scope.filter.query === undefined ? 'interactive' : 'search', undefined)) !== 'deadline')
    return { incomplete: false }

  let after = scope.after
  let rows: number = LIMITS.searchWindowRows
  // One window is always looked at, so that going on at `stoppedAt` leads somewhere.
  while (after === scope.after || timeLeft()) {
    const last = await lastOf(readers, { ...scope, after }, rows)
    const sliceBegan = performance.now()
    const outcome = await attempt({ after, last }, 'search', rows)
    if (outcome === 'enough' || (outcome === 'all' && last === undefined)) return { incomplete: false }
    if (outcome === 'all') {
      after = last
      if (performance.now() - sliceBegan < sliceMs / 4) rows *= 2
    } else rows = Math.max(1, rows >> 2)
  }
  return { incomplete: true, stoppedAt: after }
}

type Outcome = 'enough' | 'all' | 'deadline'

/** A window of one entry has no deadline: the largest ends within a second, and else nobody would ever get past it. */
type Attempt = (window: Window, lane: 'interactive' | 'search', rows: number | undefined) => Promise<Outcome>

/** Where the entries at these positions stand in the scope's order; without those that are not in its time, or gone. */
async function inOrder(readers: Readers, scope: Scope, positions: readonly number[]): Promise<readonly Position[]> {
  const whole = { after: scope.after, last: undefined }
  const places: Position[] = []
  for (let at = 0; at < positions.length; at += LIMITS.searchWindowRows) {
    const some = positions.slice(at, at + LIMITS.searchWindowRows)
    const [found] = await readers.run('search', [
      statement(
        statements
          .selectFrom('entries')
          .select(['at', 'seq'])
          .where((eb) => eb.and(amongThem(scope, whole, some))),
      ),
    ])
    places.push(...rowsOf<Position>(found))
  }
  const sign = scope.order === 'newest' ? -1 : 1
  return places.sort((a, b) => sign * (a.at - b.at || a.seq - b.seq))
}

/** Few at first: they often are enough. */
async function throughPlaces(
  places: readonly Position[],
  scope: Scope,
  attempt: Attempt,
  timeLeft: () => boolean,
): Promise<{ readonly incomplete: false } | { readonly incomplete: true; readonly stoppedAt: Position | undefined }> {
  let rows: number = LIMITS.searchPlaces
  for (let at = 0; at < places.length;) {
    const after = places[at - 1] ?? scope.after
    if (at > 0 && !timeLeft()) return { incomplete: true, stoppedAt: after }
    const some = places.slice(at, at + rows)
    const last = at + rows < places.length ? some.at(-1) : undefined
    const outcome = await attempt({ after, last, seqs: some.map(({ seq }) => seq) }, 'search', rows)
    if (outcome === 'enough') return { incomplete: false }
    if (outcome === 'all') {
      at += rows
      rows *= 2
    } else rows = Math.max(1, rows >> 2)
  }
  return { incomplete: false }
}

async function throughCandidates(
  { seqs, unknown }: Candidates,
  attempt: Attempt,
  timeLeft: () => boolean,
): Promise<{ readonly incomplete: false } | { readonly incomplete: true; readonly stoppedAt: undefined }> {
  let rows: number = LIMITS.searchWindowRows
  for (const part of [{ seqs }, ...unknown]) {
    const from = 'seqs' in part ? 0 : part.from
    const end = 'seqs' in part ? part.seqs.length : part.to + 1
    for (let at = from; at < end;) {
      if (!timeLeft()) return { incomplete: true, stoppedAt: undefined }
      const next = Math.min(at + rows, end)
      const window = 'seqs' in part ? part.seqs.slice(at, next) : Array.from({ length: next - at }, (_, n) => at + n)
      const outcome = await attempt({ after: undefined, last: undefined, seqs: window }, 'search', rows)
      if (outcome === 'enough') return { incomplete: false }
      if (outcome === 'all') at = next
      else rows = Math.max(1, rows >> 2)
    }
  }
  return { incomplete: false }
}

/** The last entry of the window of `rows` entries behind `scope.after`; undefined where fewer are left. */
async function lastOf(readers: Readers, scope: Scope, rows: number): Promise<Position | undefined> {
  const direction = scope.order === 'newest' ? 'desc' : 'asc'
  const [result] = await readers.run('search', [
    statement(
      statements
        .selectFrom('entries')
        .select(['at', 'seq'])
        .where((eb) => eb.and(inTime(scope, { after: scope.after, last: undefined })))
        .orderBy('at', direction)
        .orderBy('seq', direction)
        .limit(1)
        .offset(rows - 1),
    ),
  ])
  return rowsOf<Position>(result)[0]
}

/** All conditions of a scope, in one window. The deadline comes first: a later one would be skipped by earlier ones. */
export function inWindow(scope: Scope, window: Window): Expression<SqlBool>[] {
  const { query, now } = scope.filter
  return [
    everySoOften,
    ...(window.seqs === undefined ? inTime(scope, window) : amongThem(scope, window, window.seqs)),
    ...scope.access.conditions,
    ...(query === undefined ? [] : [queryToSql(query, { now })]),
  ]
}

/** The plus keeps the planner from seeking by seq, which would have it sort the whole org by instant. */
function inTime({ org, ...scope }: Scope, window: Window): Expression<SqlBool>[] {
  const { after, last } = window
  const [newer, older] = scope.order === 'newest' ? [after, last] : [last, after]
  // Where a window ends within the time asked for, the index is to seek to that end: of two bounds it takes either.
  const columns = {
    from: older === undefined ? sql`entries.at` : sql`+entries.at`,
    to: newer === undefined ? sql`entries.at` : sql`+entries.at`,
    place: sql`entries.at, entries.seq`,
  }
  return [sql<SqlBool>`entries.org = ${org}`, ...within(scope, window, columns)]
}

/**
 * One parameter, however many they are. Both columns together, and a plus before all others: the planner takes any org for
 * a small one, and would go through all of it in the order of time to look for each of its entries in the list.
 */
function amongThem({ org, ...scope }: Scope, window: Window, positions: readonly number[]): Expression<SqlBool>[] {
  const at = sql`+entries.at`
  return [
    sql`+entries.org = ${org}`,
    sql`(entries.org, entries.seq) in (select ${org}, value from json_each(${JSON.stringify(positions)}))`,
    ...within(scope, window, { from: at, to: at, place: sql`+entries.at, +entries.seq` }),
  ]
}

function within(
  { filter, order, head }: Omit<Scope, 'org'>,
  { after, last }: Window,
  columns: Readonly<Record<'from' | 'to' | 'place', RawBuilder<unknown>>>,
): Expression<SqlBool>[] {
  const conditions: Expression<SqlBool>[] = []
  if (filter.from !== undefined) conditions.push(sql`${columns.from} >= ${filter.from}`)
  if (filter.to !== undefined) conditions.push(sql`${columns.to} < ${filter.to}`)
  if (head !== undefined) conditions.push(sql`+entries.seq <= ${head}`)
  const [behind, upTo] = order === 'newest' ? [sql`<`, sql`>=`] : [sql`>`, sql`<=`]
  if (after !== undefined) conditions.push(sql`(${columns.place}) ${behind} (${after.at}, ${after.seq})`)
  if (last !== undefined) conditions.push(sql`(${columns.place}) ${upTo} (${last.at}, ${last.seq})`)
  return conditions
}

/**
 * Calls the deadline for one entry in 64. Which ones is scattered by a multiplier, because the entries that an index
 * leads to may all be odd ones, or every 64th.
 */
const everySoOften = sql<SqlBool>`(((entries.seq * 40503) >> 10) & 63 or past_deadline() = 0)`

export function isFiltered({ query, from, to, minRisk }: Filter): boolean {
  const asked = query !== undefined && !(query.type === 'and' && query.of.length === 0)
  return asked || from !== undefined || to !== undefined || minRisk !== undefined
}
