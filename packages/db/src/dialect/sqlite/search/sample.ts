import type { OrgId } from '@sentinelmesh/api'
import { type Expression, type SqlBool, sql } from 'kysely'
import type { FacetField } from '@sentinelmesh/query'
import { LIMITS } from '../../../limits.ts'
import type { Filter } from '../../../log-search.ts'
import type { RollupStep } from '../../../rollups.ts'
import { statements } from '../connection/statements.ts'
import { StatementError } from '../connection/errors.ts'
import { DEADLINE } from '../threads/protocol.ts'
import { queryToSql } from '../query/query-to-sql.ts'
import { rowsOf, statement } from '../read/readers.ts'
import { MINUTE } from '../rollups/rollup-keys.ts'
import { countsByField, FACET_COLUMNS } from './matching-entries.ts'
import type { LogSearchDeps } from './deps.ts'

export interface Sampled {
  /** The estimated number of matching entries. */
  readonly estimate: number
  /** A lower bound: the estimate minus three standard errors of the mean over the sample points. */
  readonly atLeast: number
  /** The estimated count of each value. Rare values may be missing. */
  readonly values: ReadonlyMap<FacetField, ReadonlyMap<string, number>>
}

export interface SampleOptions {
  /** Number of sample points. */
  readonly points: number
  /** Fields whose values are counted too. */
  readonly fields: readonly FacetField[]
}

/**
 * Reads a few neighboring entries at each sample point. The points are spaced by roll-ups so that equally many entries
 * are between them. Undefined if a scan of the few entries in range is quicker, or if the first reads time out.
 */
export async function sample(
  deps: LogSearchDeps,
  org: OrgId,
  filter: Filter,
  { points, fields }: SampleOptions,
): Promise<Sampled | undefined> {
  const range = await timeExtent(deps, org, filter)
  if (range === undefined) return
  // A few hundred steps. Entries are assumed to be spread evenly within a step.
  const step = Math.max(1, Math.ceil((range.to - range.from) / MINUTE / MAX_STEPS))
  const steps = await deps.rollups.series(org, 'all', range, step >= 60 ? Math.ceil(step / 60) * 60 : step)
  const entries = steps.reduce((sum, { count }) => sum + count, 0)
  if (entries <= LIMITS.goneThrough) return

  const conditions = [
    sql<SqlBool>`entries.org = ${org}`,
    ...(filter.to === undefined ? [] : [sql<SqlBool>`entries.at < ${filter.to}`]),
  ]
  const reads = pointsInTime(steps, entries, points).map((at) =>
    statement(selectNeighbors([...conditions, sql`entries.at >= ${Math.max(at, range.from)}`], filter, fields)),
  )
  const sampled: SampleRow[][] = []
  const slices = Math.ceil(reads.length / POINTS_PER_SLICE)
  for (let slice = 0; slice < slices; slice++) {
    try {
      // Each slice is spread over the whole range, so the slices before one that times out are a valid, smaller sample.
      const spread = reads.filter((_, point) => point % slices === slice)
      const results = await deps.readers.run('search', spread, { deadlineMs: deps.sliceMs })
      sampled.push(...results.map((result) => rowsOf<SampleRow>(result)))
    } catch (error) {
      if (!(error instanceof StatementError && error.code === DEADLINE)) throw error
      break
    }
  }
  return sampled.length === 0 ? undefined : summarize(entries, sampled)
}

const POINTS_PER_SLICE = 8

/** One row of a sample point: the entries read (`seen`), those that match (`held`), or those of them with a value. */
interface SampleRow {
  readonly field: FacetField | 'seen' | 'held'
  readonly value: string
  readonly count: number
}

function summarize(entries: number, sampled: readonly (readonly SampleRow[])[]): Sampled {
  const counted = (rows: readonly SampleRow[], what: 'seen' | 'held') =>
    rows.find(({ field }) => field === what)?.count ?? 0
  const points = sampled.filter((rows) => counted(rows, 'seen') > 0)
  const shares = points.map((rows) => counted(rows, 'held') / counted(rows, 'seen'))
  const mean = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length)
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / Math.max(1, shares.length - 1)
  const error = Math.sqrt(variance / Math.max(1, shares.length))

  const values = new Map<FacetField, Map<string, number>>()
  for (const rows of points) {
    const weight = entries / points.length / counted(rows, 'seen')
    for (const { field, value, count } of rows) {
      if (field === 'seen' || field === 'held') continue
      const ofField = values.get(field) ?? new Map<string, number>()
      values.set(field, ofField.set(value, (ofField.get(value) ?? 0) + count * weight))
    }
  }
  return { estimate: mean * entries, atLeast: (mean - 3 * error) * entries, values }
}

const MAX_STEPS = 256

/** The time range from the first to the last entry in the filter's range. Undefined if it has no entries. */
async function timeExtent(
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

/** The times at the middle of each of `count` equal shares of the entries. */
function pointsInTime(steps: readonly RollupStep[], entries: number, count: number): number[] {
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

function selectNeighbors(conditions: readonly Expression<SqlBool>[], filter: Filter, fields: readonly FacetField[]) {
  const { query, minRisk, now } = filter
  const near = statements
    .selectFrom('entries')
    .select('entries.pos')
    .where((eb) => eb.and([...conditions]))
    .orderBy('entries.at')
    .orderBy('entries.seq')
    .limit(LIMITS.sampleNeighbors)
  const holds = [
    sql<SqlBool>`(entries.seq & 15 or past_deadline() = 0)`,
    ...(minRisk === undefined ? [] : [sql<SqlBool>`entries.risk >= ${minRisk}`]),
    ...(query === undefined ? [] : [queryToSql(query, { now })]),
  ]
  const counts = [
    sql`select 'seen' as field, '' as value, count(*) as count from near`,
    sql`select 'held' as field, '' as value, count(*) as count from found`,
    ...countsByField(fields),
  ]
  return sql`with near as materialized ${near}, found as materialized (
    select ${sql.join(FACET_COLUMNS.map((column) => sql.ref(column)))} from entries
    where entries.pos in (select pos from near) and ${sql.join(holds, sql` and `)}
  ) ${sql.join(counts, sql` union all `)}`
}

/** Rounds an estimate to two significant digits, so that it does not look more precise than it is. */
export function roundToTwoDigits(estimate: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, estimate))) - 1)
  return Math.round(estimate / unit) * unit
}
