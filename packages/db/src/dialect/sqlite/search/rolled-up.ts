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

/** Microseconds. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** How roll-ups and entries share a time range: together they are all of it, and no minute is in both. */
export interface Division {
  /** Whole minutes in which roll-ups say the same as the entries that are stored. */
  readonly rolled: Range | undefined
  readonly scanned: readonly Pick<Filter, 'from' | 'to'>[]
  /** Roll-ups may count here what retention removed. */
  readonly estimated: boolean
}

/** Later than any `at`: none is accepted that is more than `aheadMs` ahead of its arrival. */
const END = 8e15

/**
 * Retention removes by arrival and leaves the roll-ups. No entry is accepted that is more than `aheadMs` ahead of its
 * arrival, so what lies that far behind the first arrival that is kept was never removed; before it entries are gone
 * through, unless they are many. Erasing mends the roll-ups, so that it needs no care here.
 */
export async function divide(
  { readers, rollups }: LogSearchDeps,
  org: OrgId,
  { from, to }: Pick<Filter, 'from' | 'to'>,
): Promise<Division> {
  const begin = upToMinute(from ?? 0)
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
  if (rowsOf(removed).length === 0) return around({ from: begin, to: end }, { from, to }, false)
  if (first === null) return { rolled: undefined, scanned: [{ from, to }], estimated: false }

  const oldest = Math.max(begin, upToMinute(first))
  const safe = Math.max(begin, upToMinute(first + API_LIMITS.aheadMs * 1_000))
  if (safe === begin || oldest >= end) return around({ from: safe, to: end }, { from, to }, false)
  const doubtful = await rollups.series(org, 'all', { from: oldest, to: Math.min(safe, end) }, WHOLE)
  const many = doubtful.reduce((sum, { count }) => sum + count, 0) > LIMITS.goneThrough
  return around({ from: many ? oldest : safe, to: end }, { from, to }, many)
}

/** Minutes, whole days: a step longer than any range, so that a series is a sum. */
export const WHOLE = 24 * 60 * 1_000_000

function upToMinute(at: number): number {
  return Math.ceil(at / MINUTE) * MINUTE
}

function around(rolled: Range, { from, to }: Pick<Filter, 'from' | 'to'>, estimated: boolean): Division {
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

/** What roll-ups can count: everything, or a choice among one dimension's keys, or all but them. */
export interface RolledChoice {
  readonly dimension: Dimension
  readonly keys: readonly string[]
  readonly excluded: boolean
}

const ALL: RolledChoice = { dimension: 'all', keys: [''], excluded: false }

/** Undefined where only the entries themselves can say it. */
export function rolledChoice({ query, minRisk }: Filter): RolledChoice | undefined {
  const asked = query !== undefined && !(query.type === 'and' && query.of.length === 0)
  if (!asked) {
    if (minRisk === undefined) return ALL
    const bands = bandsWithin(minRisk, 100)
    return bands && { dimension: 'band', keys: bands, excluded: false }
  }
  if (minRisk !== undefined) return undefined
  const choice = facetChoice(query, bandsWithin)
  // An entry has several rules, and each counts it.
  if (choice === undefined || (choice.field === 'rule' && choice.values.length > 1)) return undefined
  return { dimension: choice.field, keys: choice.values, excluded: choice.excluded }
}

/** How many entries of the choice lie in a range of whole minutes. */
export async function rolledCount(
  { rollups }: LogSearchDeps,
  org: OrgId,
  range: Range,
  { dimension, keys, excluded }: RolledChoice,
): Promise<number> {
  const sumOf = async (of: Dimension, only: readonly string[]) =>
    (await rollups.series(org, of, range, WHOLE, only)).reduce((sum, { count }) => sum + count, 0)
  if (!excluded) return sumOf(dimension, keys)
  const [all, those] = await Promise.all([sumOf('all', ALL.keys), sumOf(dimension, keys)])
  return all - those
}
