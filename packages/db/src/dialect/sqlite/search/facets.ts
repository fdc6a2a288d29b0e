import type { OrgId } from '@sentinelmesh/api'
import { type FacetField, print, withoutFacet } from '@sentinelmesh/query'
import { sql } from 'kysely'
import { LIMITS } from '../../../limits.ts'
import type { Extent, FacetCounts, FacetOptions, Facets, Filter } from '../../../log-search.ts'
import { rowsOf, statement } from '../read/readers.ts'
import { planSearch } from './plan.ts'
import { runInSlices, inWindow } from './slices.ts'
import { allOf, COMPLETE, countsByField, extentOf, FACET_COLUMNS, selectFound, together } from './matching-entries.ts'
import type { LogSearchDeps } from './deps.ts'
import { divide, rolledChoice, WHOLE } from './rolled-up.ts'
import { sample, twoDigits } from './sample.ts'

/** Fields that are counted over the same entries are counted in one go; each leaves its own clauses out. */
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
      rolledChoice(group.filter)?.dimension === 'all'
        ? countRolled(deps, org, group.filter, { fields: group.fields, limit })
        : countFound(deps, org, group.filter, { fields: group.fields, limit }),
    ),
  )
  const found = new Map(counted.flatMap(({ facets: each }) => each.map((facet) => [facet.field, facet])))
  return {
    facets: fields.flatMap((field) => found.get(field) ?? []),
    estimated: counted.some(({ estimated }) => estimated),
    ...together(counted),
  }
}

function without({ query, minRisk, ...rest }: Filter, field: FacetField): Filter {
  return {
    ...rest,
    query: query && withoutFacet(query, field),
    minRisk: field === 'band' ? undefined : minRisk,
  }
}

/** The minutes of roll-ups give the most frequent values; what lies at the edges may lift others among them. */
async function countRolled(deps: LogSearchDeps, org: OrgId, filter: Filter, options: FacetOptions): Promise<Facets> {
  const { rolled, scanned, estimated } = await divide(deps, org, filter)
  const tallies = newTallies(options.fields)
  const extents = await Promise.all(scanned.map((range) => tally(deps, org, { ...filter, ...range }, tallies)))
  if (rolled === undefined)
    return { facets: [...tallies].map((each) => ranked(each, options.limit)), estimated, ...together(extents) }

  const { rollups } = deps
  const facet = async ([field, edges]: [FacetField, Tally]): Promise<FacetCounts> => {
    const [{ rows: top, keys }, known] = await Promise.all([
      rollups.ranking(org, field, rolled, { limit: options.limit, orderBy: 'count', silentSince: 0 }),
      edges.size === 0 ? [] : rollups.series(org, field, rolled, WHOLE, [...edges.keys()]),
    ])
    const sums = new Map(top.map(({ key, count }) => [key, count]))
    const alsoRolled = new Map<string, number>()
    for (const { key, count } of known) alsoRolled.set(key, (alsoRolled.get(key) ?? 0) + count)
    for (const [key, count] of edges) sums.set(key, (alsoRolled.get(key) ?? 0) + count)
    return { ...ranked([field, sums], options.limit), distinct: keys + edges.size - alsoRolled.size }
  }
  return { facets: await Promise.all([...tallies].map(facet)), estimated, ...together(extents) }
}

/** As totals are: of many, a sample says about how many; what may be few is gone through. */
async function countFound(deps: LogSearchDeps, org: OrgId, filter: Filter, options: FacetOptions): Promise<Facets> {
  const places = LIMITS.facetPlaces
  const sampled = await sample(deps, org, filter, { places, fields: options.fields })
  if (sampled !== undefined && sampled.atLeast > LIMITS.countedExactly) {
    const facets = options.fields.map((field) =>
      ranked([field, rounded(sampled.values.get(field) ?? new Map<string, number>())], options.limit),
    )
    return { facets, estimated: true, ...COMPLETE }
  }
  const tallies = newTallies(options.fields)
  const extent = await tally(deps, org, filter, tallies)
  return { facets: [...tallies].map((each) => ranked(each, options.limit)), estimated: false, ...extent }
}

function rounded(values: ReadonlyMap<string, number>): Tally {
  return new Map([...values].map(([value, about]) => [value, twoDigits(about)]))
}

type Tally = Map<string, number>

const newTallies = (fields: readonly FacetField[]) =>
  new Map(fields.map((field): [FacetField, Tally] => [field, new Map()]))

function ranked([field, values]: readonly [FacetField, ReadonlyMap<string, number>], limit: number): FacetCounts {
  const all = [...values].map(([value, count]) => ({ value, count }))
  // As the database orders texts of the same count, so that equal counts stand still.
  const sorted = all.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  return { field, values: sorted.slice(0, limit), distinct: values.size }
}

/** Adds up the values of what the filter finds. */
async function tally(
  deps: LogSearchDeps,
  org: OrgId,
  filter: Filter,
  tallies: ReadonlyMap<FacetField, Tally>,
): Promise<Extent> {
  const plan = await planSearch(deps.readers, org, filter, false)
  const scope = allOf(org, plan)
  return extentOf(
    await runInSlices(deps, scope, (window) => ({
      statements: [
        statement(
          sql`with found as materialized ${selectFound(inWindow(scope, window)).select([...FACET_COLUMNS])}
            ${sql.join(countsByField([...tallies.keys()]), sql` union all `)}`,
        ),
      ],
      take([found]) {
        for (const { field, value, count } of rowsOf<{ field: FacetField; value: string; count: number }>(found)) {
          const values = tallies.get(field)
          // A reporter may send a name an entry: what is told apart has a bound.
          if (values !== undefined && (values.size < LIMITS.facetValues || values.has(value)))
            values.set(value, (values.get(value) ?? 0) + count)
        }
        return false
      },
    })),
  )
}
