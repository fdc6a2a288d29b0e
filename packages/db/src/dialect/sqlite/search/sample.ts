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
  /** How many entries the filter holds for, by what was looked at. */
  readonly about: number
  /** There are hardly fewer: three times the error that the places' differences show. */
  readonly atLeast: number
  /** About how many have each value. What is rare may be missing. */
  readonly values: ReadonlyMap<FacetField, ReadonlyMap<string, number>>
}

export interface SampleOptions {
  /** How many places it looks at. */
  readonly places: number
  /** Whose values are counted too. */
  readonly fields: readonly FacetField[]
}

/**
 * Looks at a few neighbors at each of some places that have equally many entries between them, as roll-ups tell.
 * Undefined where so few entries are in question that going through them is quicker, or where looking takes too long.
 */
export async function sample(
  deps: LogSearchDeps,
  org: OrgId,
  filter: Filter,
  { places, fields }: SampleOptions,
): Promise<Sampled | undefined> {
  const range = await extent(deps, org, filter)
  if (range === undefined) return
  // Some hundred steps: within one, entries are taken to lie evenly.
  const step = Math.max(1, Math.ceil((range.to - range.from) / MINUTE / STEPS))
  const steps = await deps.rollups.series(org, 'all', range, step >= 60 ? Math.ceil(step / 60) * 60 : step)
  const entries = steps.reduce((sum, { count }) => sum + count, 0)
  if (entries <= LIMITS.goneThrough) return

  const conditions = [
    sql<SqlBool>`entries.org = ${org}`,
    ...(filter.to === undefined ? [] : [sql<SqlBool>`entries.at < ${filter.to}`]),
  ]
  const asked = instants(steps, entries, places).map((at) =>
    statement(lookAround([...conditions, sql`entries.at >= ${Math.max(at, range.from)}`], filter, fields)),
  )
  const looked: Seen[][] = []
  const slices = Math.ceil(asked.length / AT_ONCE)
  for (let slice = 0; slice < slices; slice++) {
    try {
      // Each slice is spread over all of the time: what was seen until one takes too long is a sample too, a smaller one.
      const spread = asked.filter((_, place) => place % slices === slice)
      const results = await deps.readers.run('search', spread, { deadlineMs: deps.sliceMs })
      looked.push(...results.map((result) => rowsOf<Seen>(result)))
    } catch (error) {
      if (!(error instanceof StatementError && error.code === DEADLINE)) throw error
      break
    }
  }
  return looked.length === 0 ? undefined : summed(entries, looked)
}

/** Places that share a slice. */
const AT_ONCE = 8

/** Rows of one place: how many were seen, how many of those held, and how many of them had a value. */
interface Seen {
  readonly field: FacetField | 'seen' | 'held'
  readonly value: string
  readonly count: number
}

function summed(entries: number, looked: readonly (readonly Seen[])[]): Sampled {
  const counted = (rows: readonly Seen[], what: 'seen' | 'held') => rows.find(({ field }) => field === what)?.count ?? 0
  const places = looked.filter((rows) => counted(rows, 'seen') > 0)
  const shares = places.map((rows) => counted(rows, 'held') / counted(rows, 'seen'))
  const mean = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length)
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / Math.max(1, shares.length - 1)
  const error = Math.sqrt(variance / Math.max(1, shares.length))

  const values = new Map<FacetField, Map<string, number>>()
  for (const rows of places) {
    const weight = entries / places.length / counted(rows, 'seen')
    for (const { field, value, count } of rows) {
      if (field === 'seen' || field === 'held') continue
      const ofField = values.get(field) ?? new Map<string, number>()
      values.set(field, ofField.set(value, (ofField.get(value) ?? 0) + count * weight))
    }
  }
  return { about: mean * entries, atLeast: (mean - 3 * error) * entries, values }
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
function instants(steps: readonly RollupStep[], entries: number, count: number): number[] {
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

function lookAround(conditions: readonly Expression<SqlBool>[], filter: Filter, fields: readonly FacetField[]) {
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

/** More digits would say that it is known better than it is. */
export function twoDigits(about: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, about))) - 1)
  return Math.round(about / unit) * unit
}
