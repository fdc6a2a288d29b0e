import type { OrgId } from '@sentinelmesh/api'
import { type Expression, type SqlBool, sql } from 'kysely'
import { LIMITS } from '../../../limits.ts'
import type { Filter } from '../../../log-search.ts'
import type { RollupStep } from '../../../rollups.ts'
import { statements } from '../compile.ts'
import { StatementError } from '../errors.ts'
import { DEADLINE } from '../protocol.ts'
import { queryToSql } from '../query-to-sql.ts'
import { rowsOf, statement } from '../readers.ts'
import { MINUTE } from '../rollup-keys.ts'
import type { LogSearchDeps } from './log-search.ts'

export interface Sampled {
  /** How many entries the filter holds for, by what was looked at. */
  readonly about: number
  /** There are hardly fewer: three times the error that the places' differences show. */
  readonly atLeast: number
}

/**
 * Looks at a few neighbors at each of some places that have equally many entries between them, as roll-ups tell.
 * Undefined where so few entries are in question that going through them is quicker, or where looking takes too long.
 */
export async function sample(deps: LogSearchDeps, org: OrgId, filter: Filter): Promise<Sampled | undefined> {
  const { samplePlaces, sampleNeighbors, goneThrough } = LIMITS
  const range = await extent(deps, org, filter)
  if (range === undefined) return
  // Some hundred steps: within one, entries are taken to lie evenly.
  const step = Math.max(1, Math.ceil((range.to - range.from) / MINUTE / STEPS))
  const steps = await deps.rollups.series(org, 'all', range, step >= 60 ? Math.ceil(step / 60) * 60 : step)
  const entries = steps.reduce((sum, { count }) => sum + count, 0)
  if (entries <= goneThrough) return

  const conditions = [
    sql<SqlBool>`entries.org = ${org}`,
    ...(filter.to === undefined ? [] : [sql<SqlBool>`entries.at < ${filter.to}`]),
  ]
  const asked = places(steps, entries, samplePlaces).map((at) =>
    statement(lookAround([...conditions, sql`entries.at >= ${Math.max(at, range.from)}`], filter, sampleNeighbors)),
  )
  try {
    const results = await deps.readers.run('search', asked, deps.sliceMs)
    const shares = results
      .flatMap((result) => rowsOf<{ seen: number; held: number | null }>(result))
      .filter(({ seen }) => seen > 0)
      .map(({ seen, held }) => (held ?? 0) / seen)
    const mean = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length)
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / Math.max(1, shares.length - 1)
    const error = Math.sqrt(variance / Math.max(1, shares.length))
    return { about: Math.round(mean * entries), atLeast: Math.floor((mean - 3 * error) * entries) }
  } catch (error) {
    if (error instanceof StatementError && error.code === DEADLINE) return
    throw error
  }
}

const STEPS = 256

/** From the first to the last entry of the filter's time; undefined where there is none. */
async function extent(
  { readers }: LogSearchDeps,
  org: OrgId,
  { from, to }: Filter,
): Promise<{ readonly from: number; readonly to: number } | undefined> {
  const edge = (direction: 'asc' | 'desc') => {
    let query = statements.selectFrom('entries').select('at').where('org', '=', org).orderBy('at', direction).limit(1)
    if (from !== undefined) query = query.where('at', '>=', from)
    if (to !== undefined) query = query.where('at', '<', to)
    return statement(query)
  }
  const [first, last] = await readers.run('interactive', [edge('asc'), edge('desc')])
  const [begin, end] = [rowsOf<{ at: number }>(first)[0]?.at, rowsOf<{ at: number }>(last)[0]?.at]
  return begin === undefined || end === undefined ? undefined : { from: begin, to: end + 1 }
}

/** The instants in the middle of each of `count` equal shares of the entries. */
function places(steps: readonly RollupStep[], entries: number, count: number): number[] {
  const found: number[] = []
  let passed = 0
  for (const [index, { at, count: here }] of steps.entries()) {
    const length = (steps[index + 1]?.at ?? at + MINUTE) - at
    for (;;) {
      const wanted = ((found.length + 0.5) / count) * entries
      if (found.length === count || wanted > passed + here) break
      found.push(Math.floor(at + (length * (wanted - passed)) / here))
    }
    passed += here
  }
  return found
}

function lookAround(conditions: readonly Expression<SqlBool>[], filter: Filter, most: number) {
  const { query, minRisk, now } = filter
  const holds = [
    sql<SqlBool>`(entries.seq & 15 or past_deadline() = 0)`,
    ...(minRisk === undefined ? [] : [sql<SqlBool>`entries.risk >= ${minRisk}`]),
    ...(query === undefined ? [] : [queryToSql(query, { now })]),
  ]
  return statements
    .selectFrom(
      statements
        .selectFrom('entries')
        .selectAll()
        .where((eb) => eb.and([...conditions]))
        .orderBy('entries.at')
        .orderBy('entries.seq')
        .limit(most)
        .as('entries'),
    )
    .select((eb) => [
      eb.fn.countAll<number>().as('seen'),
      eb.fn.sum<number>(sql`coalesce(${eb.and(holds)}, 0)`).as('held'),
    ])
}
