import type { OrgId, Seq } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import { LIMITS } from '../../../limits.ts'
import type { Filter, Order, Position } from '../../../log-search.ts'
import { statements } from '../connection/statements.ts'
import { StatementError } from '../connection/errors.ts'
import { DEADLINE, NO_TURN, type ReadResult, type ReadStatement } from '../threads/protocol.ts'
import { queryToSql } from '../query/query-to-sql.ts'
import { type Readers, rowsOf, statement } from '../read/readers.ts'
import type { SearchDeps } from './deps.ts'
import type { Access } from './plan.ts'
import type { Candidates } from '../text-index/candidates.ts'

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

/** Windows grow and shrink by a factor of eight at most. */
const STEP_LOG2 = 3

/** The outcome of a search. */
export interface SearchEnd {
  /** Its time was over before it had looked at everything. */
  readonly stopped: boolean
  /** Behind which entry nothing was looked at. Undefined at the beginning, and of candidates, which have another order. */
  readonly stoppedAt: Position | undefined
  /** Entries that were passed over because each alone took longer than `entryMs`. */
  readonly undecided: readonly Seq[]
}

/**
 * Goes through the scope once: first as a whole, since most searches end within one slice and the planner then has the
 * choice of every index; else, its time over, window by window of so many entries, taking turns with other searches.
 * After `searchMs` it ends. An entry that takes too long even alone is passed over, and the search goes on behind it.
 */
export async function runInSlices(
  deps: SearchDeps,
  scope: Scope,
  slice: (window: Window) => Slice,
): Promise<SearchEnd> {
  const attempts = startAttempts(deps, slice)
  const { positions, candidates } = scope.access
  if (candidates !== undefined) return throughCandidates(candidates, attempts)
  if (positions !== undefined)
    return throughPlaces(await inOrder(deps.readers, scope, positions), scope.after, attempts)
  return throughWindows(deps.readers, scope, attempts)
}

type Outcome = 'enough' | 'all' | 'deadline'

interface Attempts {
  /** One slice. `deadline`: it found no end in its time, or no reader was free; nothing of it was taken. */
  run(window: Window, lane: 'interactive' | 'search', alone: boolean): Promise<Outcome>
  /** Whether there is time for another slice. The first ones always have: going on at `stoppedAt` must lead somewhere. */
  hasTime(): boolean
  /** To be called when entries were passed, decided or not. */
  advanced(): void
  /** Passes over an entry, unless it had less than its time. False where the search has to end before it. */
  passOver(seq: Seq): boolean
  /** The size of the next window, by the pace of the slice before, whose window had `rows` entries. */
  nextRows(rows: number, outcome: Outcome): number
  end(stopped: boolean, stoppedAt?: Position): SearchEnd
}

function startAttempts(
  { readers, searchMs, sliceMs, entryMs }: SearchDeps,
  slice: (window: Window) => Slice,
): Attempts {
  const began = performance.now()
  const undecided: Seq[] = []
  let hasAdvanced = false
  let workMs = 0
  let lastMs = 0
  let hadItsTime = true
  const leftMs = () => searchMs - (performance.now() - began)
  return {
    async run(window, lane, alone) {
      const { statements: asked, take } = slice(window)
      const mostMs = alone ? entryMs : sliceMs
      const deadlineMs = hasAdvanced ? Math.min(mostMs, Math.max(leftMs(), 0)) : mostMs
      hadItsTime = deadlineMs === mostMs
      const isHeavy = lane === 'search' && (alone || workMs > LIMITS.searchLightMs)
      const waitMs = Math.max(leftMs(), sliceMs)
      let startedAt: number | undefined
      const onStart = () => {
        startedAt = performance.now()
      }
      try {
        const results = await readers.run(isHeavy ? 'heavy' : lane, asked, { deadlineMs, waitMs, onStart })
        return take(results) ? 'enough' : 'all'
      } catch (error) {
        if (!(error instanceof StatementError)) throw error
        if (error.code === NO_TURN && !hasAdvanced) throw noTurn(searchMs)
        if (error.code !== DEADLINE && error.code !== NO_TURN) throw error
        if (error.code === NO_TURN) hadItsTime = false
        return 'deadline'
      } finally {
        // Without the time that it waited for a thread.
        lastMs = startedAt === undefined ? 0 : performance.now() - startedAt
        workMs += lastMs
      }
    },
    hasTime: () => !hasAdvanced || leftMs() > 0,
    advanced() {
      hasAdvanced = true
    },
    passOver(seq) {
      if (!hadItsTime || undecided.length >= LIMITS.searchUndecided) return false
      undecided.push(seq)
      hasAdvanced = true
      return true
    },
    nextRows(rows, outcome) {
      // Where one entry may take long, a search must get past at least one in its time. So the first guess is one.
      if (outcome === 'deadline') return hasAdvanced ? Math.max(1, rows >> STEP_LOG2) : 1
      const fitting = Math.floor((rows * sliceMs) / 2 / Math.max(lastMs, 1))
      return Math.max(1, Math.min(fitting, rows << STEP_LOG2))
    },
    end: (stopped, stoppedAt) => ({ stopped, stoppedAt, undecided }),
  }
}

function noTurn(searchMs: number): DomainError {
  return new DomainError('store_busy', {
    say: `No reader was free for this search within ${searchMs / 1_000} s (limit searchMs). Try again later.`,
    limit: 'searchMs',
    allowed: searchMs,
    retryAfterSeconds: 5,
  })
}

async function throughWindows(readers: Readers, scope: Scope, attempts: Attempts): Promise<SearchEnd> {
  const whole = { after: scope.after, last: undefined }
  const lane = scope.filter.query === undefined ? 'interactive' : 'search'
  if ((await attempts.run(whole, lane, false)) !== 'deadline') return attempts.end(false)

  let after = scope.after
  let rows: number = LIMITS.searchWindowRows
  while (attempts.hasTime()) {
    const last = await lastOf(readers, { ...scope, after }, rows)
    const outcome = await attempts.run({ after, last }, 'search', rows === 1)
    if (outcome === 'enough' || (outcome === 'all' && last === undefined)) return attempts.end(false)
    if (outcome === 'all') {
      after = last
      attempts.advanced()
      rows = Math.min(attempts.nextRows(rows, outcome), LIMITS.searchWindowMost)
    } else if (rows > 1) rows = attempts.nextRows(rows, outcome)
    else if (last !== undefined && attempts.passOver(last.seq)) after = last
    else break
  }
  return attempts.end(true, after)
}

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
  from: Position | undefined,
  attempts: Attempts,
): Promise<SearchEnd> {
  let rows: number = LIMITS.searchPlaces
  for (let at = 0; at < places.length;) {
    const after = places[at - 1] ?? from
    if (!attempts.hasTime()) return attempts.end(true, after)
    const some = places.slice(at, at + rows)
    const last = at + rows < places.length ? some.at(-1) : undefined
    const outcome = await attempts.run({ after, last, seqs: some.map(({ seq }) => seq) }, 'search', some.length === 1)
    if (outcome === 'enough') return attempts.end(false)
    if (outcome === 'all') {
      at += rows
      attempts.advanced()
      rows = attempts.nextRows(rows, outcome)
    } else if (some.length > 1) rows = attempts.nextRows(some.length, outcome)
    else if (some[0] !== undefined && attempts.passOver(some[0].seq)) at++
    else return attempts.end(true, after)
  }
  return attempts.end(false)
}

async function throughCandidates({ seqs, unknown }: Candidates, attempts: Attempts): Promise<SearchEnd> {
  let rows: number = LIMITS.searchWindowRows
  for (const part of [{ seqs }, ...unknown]) {
    const from = 'seqs' in part ? 0 : part.from
    const end = 'seqs' in part ? part.seqs.length : part.to + 1
    for (let at = from; at < end;) {
      if (!attempts.hasTime()) return attempts.end(true)
      const next = Math.min(at + rows, end)
      const window = 'seqs' in part ? part.seqs.slice(at, next) : Array.from({ length: next - at }, (_, n) => at + n)
      const whole = { after: undefined, last: undefined, seqs: window }
      const outcome = await attempts.run(whole, 'search', window.length === 1)
      if (outcome === 'enough') return attempts.end(false)
      if (outcome === 'all') {
        at = next
        attempts.advanced()
        rows = Math.min(attempts.nextRows(rows, outcome), LIMITS.searchWindowRows)
      } else if (window.length > 1) rows = attempts.nextRows(window.length, outcome)
      else if (window[0] !== undefined && attempts.passOver(window[0] as Seq)) at = next
      else return attempts.end(true)
    }
  }
  return attempts.end(false)
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
