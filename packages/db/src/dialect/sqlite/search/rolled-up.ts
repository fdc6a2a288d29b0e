import type { OrgId } from '@sentinelmesh/api'
import { bandsWithin, LIMITS as API_LIMITS } from '@sentinelmesh/api/constants'
import { facetChoice } from '@sentinelmesh/query'
import { sql } from 'kysely'
import { LIMITS } from '../../../limits.ts'
import type { Filter } from '../../../log-search.ts'
import type { Dimension } from '../../../rollups.ts'
import { statements } from '../connection/statements.ts'
import { rowsOf, statement } from '../read/readers.ts'
import { MINUTE } from '../rollups/rollup-keys.ts'
import type { LogSearchDeps } from './deps.ts'

/** Microseconds since the epoch; `to` is exclusive. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** Divides a time range between roll-ups and entry scans, without overlap. */
export interface Division {
  /** Whole minutes in which roll-ups agree with the stored entries. */
  readonly rolled: Range | undefined
  readonly scanned: readonly Pick<Filter, 'from' | 'to'>[]
  /** The roll-ups in `rolled` may count entries that retention removed. */
  readonly estimated: boolean
}

/** Later than any `at`: entries more than `aheadMs` ahead of their arrival are rejected. */
const END = 8e15

/**
 * Retention removes entries by arrival time and leaves the roll-ups unchanged. An entry is at most `aheadMs` ahead of
 * its arrival, so no entry later than the first stored arrival plus `aheadMs` was removed. Earlier entries are scanned
 * unless there are too many. Erasure corrects the roll-ups and needs no special case.
 */
export async function splitRange(
  { readers, rollups }: LogSearchDeps,
  org: OrgId,
  { from, to }: Pick<Filter, 'from' | 'to'>,
): Promise<Division> {
  const begin = ceilToMinute(from ?? 0)
  const end = to === undefined ? END : Math.floor(to / MINUTE) * MINUTE
  const [removed, kept] = await readers.run('interactive', [
    statement(
      statements
        .selectFrom('gaps')
        .select(sql<number>`1`.as('one'))
        .where('org', '=', org)
        .where('reason', '=', 'retention')
        .limit(1),
    ),
    statement(
      statements
        .selectFrom('entries')
        .select((eb) => eb.fn.min('received_at').as('first'))
        .where('org', '=', org),
    ),
  ])
  const first = rowsOf<{ first: number | null }>(kept)[0]?.first ?? null
  if (rowsOf(removed).length === 0) return splitAround({ from: begin, to: end }, { from, to }, false)
  if (first === null) return { rolled: undefined, scanned: [{ from, to }], estimated: false }

  const oldest = Math.max(begin, ceilToMinute(first))
  const safe = Math.max(begin, ceilToMinute(first + API_LIMITS.aheadMs * 1_000))
  if (safe === begin || oldest >= end) return splitAround({ from: safe, to: end }, { from, to }, false)
  const uncertain = await rollups.series(org, 'all', { from: oldest, to: Math.min(safe, end) }, ONE_STEP)
  const many = uncertain.reduce((sum, { count }) => sum + count, 0) > LIMITS.goneThrough
  return splitAround({ from: many ? oldest : safe, to: end }, { from, to }, many)
}

/** A step in minutes, a multiple of a day, that is longer than any range, so that a series has one sum per key. */
export const ONE_STEP = 24 * 60 * 1_000_000

function ceilToMinute(at: number): number {
  return Math.ceil(at / MINUTE) * MINUTE
}

function splitAround(rolled: Range, { from, to }: Pick<Filter, 'from' | 'to'>, estimated: boolean): Division {
  if (rolled.from >= rolled.to) return { rolled: undefined, scanned: [{ from, to }], estimated: false }
  return {
    rolled,
    scanned: [
      ...((from ?? 0) < rolled.from ? [{ from, to: rolled.from }] : []),
      ...(to !== undefined && rolled.to < to ? [{ from: rolled.to, to }] : []),
    ],
    estimated,
  }
}

/** A filter that roll-ups can count: some keys of one dimension, or, if `excluded`, everything except them. */
export interface RollupChoice {
  readonly dimension: Dimension
  readonly keys: readonly string[]
  readonly excluded: boolean
}

const ALL: RollupChoice = { dimension: 'all', keys: [''], excluded: false }

/** Undefined if only the entries can answer the filter. */
export function rollupChoice({ query, minRisk }: Filter): RollupChoice | undefined {
  const hasQuery = query !== undefined && !(query.type === 'and' && query.of.length === 0)
  if (!hasQuery) {
    if (minRisk === undefined) return ALL
    const bands = bandsWithin(minRisk, 100)
    return bands && { dimension: 'band', keys: bands, excluded: false }
  }
  if (minRisk !== undefined) return undefined
  const choice = facetChoice(query, bandsWithin)
  // An entry can match several rules, and each of them would count it.
  if (choice === undefined || (choice.field === 'rule' && choice.values.length > 1)) return undefined
  return { dimension: choice.field, keys: choice.values, excluded: choice.excluded }
}

/** Counts the entries of the choice in a range of whole minutes. */
export async function rollupCount(
  { rollups }: LogSearchDeps,
  org: OrgId,
  range: Range,
  { dimension, keys, excluded }: RollupChoice,
): Promise<number> {
  const sumOf = async (of: Dimension, only: readonly string[]) =>
    (await rollups.series(org, of, range, ONE_STEP, only)).reduce((sum, { count }) => sum + count, 0)
  if (!excluded) return sumOf(dimension, keys)
  const [all, those] = await Promise.all([sumOf('all', ALL.keys), sumOf(dimension, keys)])
  return all - those
}
