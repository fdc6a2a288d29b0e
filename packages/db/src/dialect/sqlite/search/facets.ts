import type { OrgId } from '@sentinelmesh/api'
import { type FacetField, print, withoutFacet } from '@sentinelmesh/query'
import { sql } from 'kysely'
import { LIMITS } from '../../../limits.ts'
import type { Extent, FacetCounts, FacetOptions, Facets, Filter } from '../../../log-search.ts'
import { rowsOf, statement } from '../read/readers.ts'
import { planSearch } from './plan.ts'
import { runInSlices, inWindow } from './slices.ts'
import {
  wholeScope,
  COMPLETE,
  countsByField,
  extentOf,
  FACET_COLUMNS,
  selectMatching,
  combined,
} from './matching-entries.ts'
import type { LogSearchDeps } from './deps.ts'
import { splitRange, rollupChoice, ONE_STEP } from './rolled-up.ts'
import { sample, roundToTwoDigits } from './sample.ts'

/** Each field ignores the query's clauses on that field. Fields that then have the same filter share one search. */
export async function facets(
  deps: LogSearchDeps,
  org: OrgId,
  filter: Filter,
  { fields, limit }: FacetOptions,
): Promise<Facets> {
  const groups = new Map<string, { readonly filter: Filter; readonly fields: FacetField[] }>()
  for (const field of fields) {
    const own = without(filter, field)
    const key = JSON.stringify([own.query === undefined ? '' : print(own.query), own.minRisk])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { filter: own, fields: [field] })
    else group.fields.push(field)
  }
  const counted = await Promise.all(
    [...groups.values()].map((group) =>
      rollupChoice(group.filter)?.dimension === 'all'
        ? countFromRollups(deps, org, group.filter, { fields: group.fields, limit })
        : countBySampleOrScan(deps, org, group.filter, { fields: group.fields, limit }),
    ),
  )
  const found = new Map(counted.flatMap(({ facets: each }) => each.map((facet) => [facet.field, facet])))
  return {
    facets: fields.flatMap((field) => found.get(field) ?? []),
    estimated: counted.some(({ estimated }) => estimated),
    ...combined(counted),
  }
}

function without({ query, minRisk, ...rest }: Filter, field: FacetField): Filter {
  return {
    ...rest,
    query: query && withoutFacet(query, field),
    minRisk: field === 'band' ? undefined : minRisk,
  }
}

/** Roll-ups give the most frequent values. Entries outside whole minutes can lift other values into the ranking. */
async function countFromRollups(
  deps: LogSearchDeps,
  org: OrgId,
  filter: Filter,
  options: FacetOptions,
): Promise<Facets> {
  const { rolled, scanned, estimated } = await splitRange(deps, org, filter)
  const tallies = newTallies(options.fields)
  const extents = await Promise.all(scanned.map((range) => addCounts(deps, org, { ...filter, ...range }, tallies)))
  if (rolled === undefined)
    return { facets: [...tallies].map((each) => ranked(each, options.limit)), estimated, ...combined(extents) }

  const { rollups } = deps
  const facet = async ([field, edges]: [FacetField, Tally]): Promise<FacetCounts> => {
    const [{ rows: top, keys }, known] = await Promise.all([
      rollups.ranking(org, field, rolled, { limit: options.limit, orderBy: 'count', silentSince: 0 }),
      edges.size === 0 ? [] : rollups.series(org, field, rolled, ONE_STEP, [...edges.keys()]),
    ])
    const sums = new Map(top.map(({ key, count }) => [key, count]))
    const alsoRolled = new Map<string, number>()
    for (const { key, count } of known) alsoRolled.set(key, (alsoRolled.get(key) ?? 0) + count)
    for (const [key, count] of edges) sums.set(key, (alsoRolled.get(key) ?? 0) + count)
    return { ...ranked([field, sums], options.limit), distinct: keys + edges.size - alsoRolled.size }
  }
  return { facets: await Promise.all([...tallies].map(facet)), estimated, ...combined(extents) }
}

/** A sample estimates large counts. Counts that may be small are taken by a scan. */
async function countBySampleOrScan(
  deps: LogSearchDeps,
  org: OrgId,
  filter: Filter,
  options: FacetOptions,
): Promise<Facets> {
  const sampled = await sample(deps, org, filter, { points: LIMITS.facetPlaces, fields: options.fields })
  if (sampled !== undefined && sampled.atLeast > LIMITS.countedExactly) {
    const facets = options.fields.map((field) =>
      ranked([field, rounded(sampled.values.get(field) ?? new Map<string, number>())], options.limit),
    )
    return { facets, estimated: true, ...COMPLETE }
  }
  const tallies = newTallies(options.fields)
  const extent = await addCounts(deps, org, filter, tallies)
  return { facets: [...tallies].map((each) => ranked(each, options.limit)), estimated: false, ...extent }
}

function rounded(values: ReadonlyMap<string, number>): Tally {
  return new Map([...values].map(([value, estimate]) => [value, roundToTwoDigits(estimate)]))
}

type Tally = Map<string, number>

const newTallies = (fields: readonly FacetField[]) =>
  new Map(fields.map((field): [FacetField, Tally] => [field, new Map()]))

function ranked([field, values]: readonly [FacetField, ReadonlyMap<string, number>], limit: number): FacetCounts {
  const all = [...values].map(([value, count]) => ({ value, count }))
  // Breaks ties in the database's text order, so that the ranking is stable.
  const sorted = all.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  return { field, values: sorted.slice(0, limit), distinct: values.size }
}

async function addCounts(
  deps: LogSearchDeps,
  org: OrgId,
  filter: Filter,
  tallies: ReadonlyMap<FacetField, Tally>,
): Promise<Extent> {
  const plan = await planSearch(deps.readers, org, filter, false)
  const scope = wholeScope(org, plan)
  return extentOf(
    await runInSlices(deps, scope, (window) => ({
      statements: [
        statement(
          sql`with found as materialized ${selectMatching(inWindow(scope, window)).select([...FACET_COLUMNS])}
            ${sql.join(countsByField([...tallies.keys()]), sql` union all `)}`,
        ),
      ],
      take([found]) {
        for (const { field, value, count } of rowsOf<{ field: FacetField; value: string; count: number }>(found)) {
          const values = tallies.get(field)
          // A reporter can send a new name with every entry, so the number of distinct values is limited.
          if (values !== undefined && (values.size < LIMITS.facetValues || values.has(value)))
            values.set(value, (values.get(value) ?? 0) + count)
        }
        return false
      },
    })),
  )
}
