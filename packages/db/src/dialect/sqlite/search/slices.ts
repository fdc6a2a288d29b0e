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

/** The entries that a search covers, and the order in which it visits them. */
export interface Scope {
  readonly org: OrgId
  /** Excludes the minimum risk, which is part of `access`. */
  readonly filter: Filter
  /** The access path that the plan chose. */
  readonly access: Access
  readonly order: Order
  readonly after: Position | undefined
  /** Entries above this seq are ignored. */
  readonly head: number | undefined
}

/** Part of a scope: from `after`, exclusive, to `last`, inclusive. An undefined bound is the scope's start or end. */
export interface Window {
  readonly after: Position | undefined
  readonly last: Position | undefined
  /** If present, only the entries with these seqs. */
  readonly seqs?: readonly number[]
}

export interface Slice {
  readonly statements: readonly ReadStatement[]
  /** Consumes the results. Returns true if the search needs no more. */
  take(results: readonly ReadResult[]): boolean
}

/** Log2 of the factor, eight, by which a window can grow or shrink. */
const STEP_LOG2 = 3

export interface SearchEnd {
  /** The deadline passed before the search had covered its scope. */
  readonly stopped: boolean
  /** The last position covered. Undefined if there is none, and for candidates, which have no scope order. */
  readonly stoppedAt: Position | undefined
  /** Entries that were skipped because each of them alone took longer than `entryMs`. */
  readonly undecided: readonly Seq[]
}

/**
 * Searches the scope once. The first slice covers all of it, because most searches end within one slice and SQLite's
 * planner can then use any index. If that slice times out, the search continues in windows of limited size and shares
 * the readers with other searches. It ends after `searchMs`. An entry that times out on its own is skipped.
 */
export async function runInSlices(
  deps: SearchDeps,
  scope: Scope,
  slice: (window: Window) => Slice,
): Promise<SearchEnd> {
  const attempts = startAttempts(deps, slice)
  const { positions, candidates } = scope.access
  if (candidates !== undefined) return searchCandidates(candidates, attempts)
  if (positions !== undefined)
    return searchPositions(await sortPositions(deps.readers, scope, positions), scope.after, attempts)
  return searchWindows(deps.readers, scope, attempts)
}

type Outcome = 'enough' | 'all' | 'deadline'

interface Attempts {
  /** Runs one slice. `deadline`: it timed out or no reader was free, and none of its results were consumed. */
  run(window: Window, lane: 'interactive' | 'search', alone: boolean): Promise<Outcome>
  /**
   * Returns whether another slice can start. True until the search advances, so that continuing at `stoppedAt`
   * progresses.
   */
  hasTime(): boolean
  /** Call this whenever the search has moved past entries, decided or not. */
  advanced(): void
  /** Skips an entry if it had its full time budget. Returns false if the search must end before the entry instead. */
  skip(seq: Seq): boolean
  /** The size of the next window, derived from the pace of the last slice, whose window had `rows` entries. */
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
  let hadFullBudget = true
  const leftMs = () => searchMs - (performance.now() - began)
  return {
    async run(window, lane, alone) {
      const { statements: requests, take } = slice(window)
      const limitMs = alone ? entryMs : sliceMs
      const deadlineMs = hasAdvanced ? Math.min(limitMs, Math.max(leftMs(), 0)) : limitMs
      hadFullBudget = deadlineMs === limitMs
      const isHeavy = lane === 'search' && (alone || workMs > LIMITS.searchLightMs)
      const waitMs = Math.max(leftMs(), sliceMs)
      let startedAt: number | undefined
      const onStart = () => {
        startedAt = performance.now()
      }
      try {
        const results = await readers.run(isHeavy ? 'heavy' : lane, requests, { deadlineMs, waitMs, onStart })
        return take(results) ? 'enough' : 'all'
      } catch (error) {
        if (!(error instanceof StatementError)) throw error
        if (error.code === NO_TURN && !hasAdvanced) throw noReaderFree(searchMs)
        if (error.code !== DEADLINE && error.code !== NO_TURN) throw error
        if (error.code === NO_TURN) hadFullBudget = false
        return 'deadline'
      } finally {
        // Excludes the time spent waiting for a thread.
        lastMs = startedAt === undefined ? 0 : performance.now() - startedAt
        workMs += lastMs
      }
    },
    hasTime: () => !hasAdvanced || leftMs() > 0,
    advanced() {
      hasAdvanced = true
    },
    skip(seq) {
      if (!hadFullBudget || undecided.length >= LIMITS.searchUndecided) return false
      undecided.push(seq)
      hasAdvanced = true
      return true
    },
    nextRows(rows, outcome) {
      // A single entry can be slow, and the search must get past at least one. So the first window holds one entry.
      if (outcome === 'deadline') return hasAdvanced ? Math.max(1, rows >> STEP_LOG2) : 1
      const fitting = Math.floor((rows * sliceMs) / 2 / Math.max(lastMs, 1))
      return Math.max(1, Math.min(fitting, rows << STEP_LOG2))
    },
    end: (stopped, stoppedAt) => ({ stopped, stoppedAt, undecided }),
  }
}

function noReaderFree(searchMs: number): DomainError {
  return new DomainError('store_busy', {
    say: `No reader was free for this search within ${searchMs / 1_000} s (limit searchMs). Try again later.`,
    limit: 'searchMs',
    allowed: searchMs,
    retryAfterSeconds: 5,
  })
}

async function searchWindows(readers: Readers, scope: Scope, attempts: Attempts): Promise<SearchEnd> {
  const whole = { after: scope.after, last: undefined }
  const lane = scope.filter.query === undefined ? 'interactive' : 'search'
  if ((await attempts.run(whole, lane, false)) !== 'deadline') return attempts.end(false)

  let after = scope.after
  let rows: number = LIMITS.searchWindowRows
  while (attempts.hasTime()) {
    const last = await lastOfWindow(readers, { ...scope, after }, rows)
    const outcome = await attempts.run({ after, last }, 'search', rows === 1)
    if (outcome === 'enough' || (outcome === 'all' && last === undefined)) return attempts.end(false)
    if (outcome === 'all') {
      after = last
      attempts.advanced()
      rows = Math.min(attempts.nextRows(rows, outcome), LIMITS.searchWindowMost)
    } else if (rows > 1) rows = attempts.nextRows(rows, outcome)
    else if (last !== undefined && attempts.skip(last.seq)) after = last
    else break
  }
  return attempts.end(true, after)
}

/** Sorts the entries with these seqs in scope order. Omits entries that are out of range or were removed. */
async function sortPositions(
  readers: Readers,
  scope: Scope,
  positions: readonly number[],
): Promise<readonly Position[]> {
  const whole = { after: scope.after, last: undefined }
  const places: Position[] = []
  for (let at = 0; at < positions.length; at += LIMITS.searchWindowRows) {
    const chunk = positions.slice(at, at + LIMITS.searchWindowRows)
    const [found] = await readers.run('search', [
      statement(
        statements
          .selectFrom('entries')
          .select(['at', 'seq'])
          .where((eb) => eb.and(atPositions(scope, whole, chunk))),
      ),
    ])
    places.push(...rowsOf<Position>(found))
  }
  const sign = scope.order === 'newest' ? -1 : 1
  return places.sort((a, b) => sign * (a.at - b.at || a.seq - b.seq))
}

/** Starts with a small window, which is often enough. */
async function searchPositions(
  places: readonly Position[],
  from: Position | undefined,
  attempts: Attempts,
): Promise<SearchEnd> {
  let rows: number = LIMITS.searchPlaces
  for (let at = 0; at < places.length;) {
    const after = places[at - 1] ?? from
    if (!attempts.hasTime()) return attempts.end(true, after)
    const chunk = places.slice(at, at + rows)
    const last = at + rows < places.length ? chunk.at(-1) : undefined
    const outcome = await attempts.run({ after, last, seqs: chunk.map(({ seq }) => seq) }, 'search', chunk.length === 1)
    if (outcome === 'enough') return attempts.end(false)
    if (outcome === 'all') {
      at += rows
      attempts.advanced()
      rows = attempts.nextRows(rows, outcome)
    } else if (chunk.length > 1) rows = attempts.nextRows(chunk.length, outcome)
    else if (chunk[0] !== undefined && attempts.skip(chunk[0].seq)) at++
    else return attempts.end(true, after)
  }
  return attempts.end(false)
}

async function searchCandidates({ seqs, unknown }: Candidates, attempts: Attempts): Promise<SearchEnd> {
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
      else if (window[0] !== undefined && attempts.skip(window[0] as Seq)) at = next
      else return attempts.end(true)
    }
  }
  return attempts.end(false)
}

/** The last of the `rows` entries that follow `scope.after`. Undefined if fewer are left. */
async function lastOfWindow(readers: Readers, scope: Scope, rows: number): Promise<Position | undefined> {
  const direction = scope.order === 'newest' ? 'desc' : 'asc'
  const [result] = await readers.run('search', [
    statement(
      statements
        .selectFrom('entries')
        .select(['at', 'seq'])
        .where((eb) => eb.and(inTimeRange(scope, { after: scope.after, last: undefined })))
        .orderBy('at', direction)
        .orderBy('seq', direction)
        .limit(1)
        .offset(rows - 1),
    ),
  ])
  return rowsOf<Position>(result)[0]
}

/** All conditions of a scope in one window. The deadline check comes first, so no other condition short-circuits it. */
export function inWindow(scope: Scope, window: Window): Expression<SqlBool>[] {
  const { query, now } = scope.filter
  return [
    deadlineCheck,
    ...(window.seqs === undefined ? inTimeRange(scope, window) : atPositions(scope, window, window.seqs)),
    ...scope.access.conditions,
    ...(query === undefined ? [] : [queryToSql(query, { now })]),
  ]
}

/** The unary plus keeps the planner from seeking by seq, which would make it sort the whole org by time. */
function inTimeRange({ org, ...scope }: Scope, window: Window): Expression<SqlBool>[] {
  const { after, last } = window
  const [newer, older] = scope.order === 'newest' ? [after, last] : [last, after]
  // Given two bounds on one side, the planner may seek to either. The window's bound is the narrower one.
  const columns = {
    from: older === undefined ? sql`entries.at` : sql`+entries.at`,
    to: newer === undefined ? sql`entries.at` : sql`+entries.at`,
    place: sql`entries.at, entries.seq`,
  }
  return [sql<SqlBool>`entries.org = ${org}`, ...timeConditions(scope, window, columns)]
}

/**
 * Passes all seqs as one parameter. The planner assumes that every org is small and would scan the org in time order
 * and look up each entry in the list. The row value and the unary pluses prevent that.
 */
function atPositions({ org, ...scope }: Scope, window: Window, positions: readonly number[]): Expression<SqlBool>[] {
  const at = sql`+entries.at`
  return [
    sql`+entries.org = ${org}`,
    sql`(entries.org, entries.seq) in (select ${org}, value from json_each(${JSON.stringify(positions)}))`,
    ...timeConditions(scope, window, { from: at, to: at, place: sql`+entries.at, +entries.seq` }),
  ]
}

function timeConditions(
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
 * Checks the deadline for one entry in 64. A multiplier scatters the choice, because the entries that an index leads to
 * may all have odd seqs, or may be every 64th.
 */
const deadlineCheck = sql<SqlBool>`(((entries.seq * 40503) >> 10) & 63 or past_deadline() = 0)`
