import type { OrgId } from '@sentinelmesh/api'
import { bandOf } from '@sentinelmesh/rules/risk'
import { sql } from 'kysely'
import type { BandCounts, Extent, Filter, Histogram } from '../../../log-search.ts'
import { rowsOf, statement } from '../read/readers.ts'
import { MINUTE } from '../rollups/rollup-keys.ts'
import { planSearch } from './plan.ts'
import { runInSlices, inWindow } from './slices.ts'
import { allOf, extentOf, selectFound, together } from './matching-entries.ts'
import type { LogSearchDeps } from './deps.ts'
import { divide, rolledChoice, type Range } from './rolled-up.ts'

type HistogramFilter = Filter & Range

/** Whole minutes by roll-ups where they say the same as the entries; what is left by going through the entries. */
export async function histogram(
  deps: LogSearchDeps,
  org: OrgId,
  filter: HistogramFilter,
  buckets: number,
): Promise<Histogram> {
  const counts: Counts = Array.from({ length: buckets }, () => ({ none: 0, low: 0, medium: 0, high: 0, critical: 0 }))
  const bands = rolledBands(filter, buckets)
  if (bands === undefined) return { counts, ...(await goThrough(deps, org, filter, filter, counts)) }

  const { rolled, scanned } = await divide(deps, org, filter)
  const [, ...extents] = await Promise.all([
    rolled === undefined ? undefined : readRolled(deps, org, { filter, rolled, bands }, counts),
    ...scanned.map((part) => goThrough(deps, org, filter, part, counts)),
  ])
  return { counts, ...together(extents) }
}

type Counts = Record<keyof BandCounts, number>[]

/** The bands to read; undefined where a minute may lie in two steps, or the filter asks for more than bands. */
function rolledBands(filter: HistogramFilter, buckets: number): readonly string[] | 'all' | undefined {
  if (filter.from % MINUTE !== 0 || ((filter.to - filter.from) / buckets) % MINUTE !== 0) return undefined
  const choice = rolledChoice(filter)
  if (choice?.dimension === 'all') return 'all'
  return choice?.dimension === 'band' && !choice.excluded ? choice.keys : undefined
}

async function readRolled(
  { rollups }: LogSearchDeps,
  org: OrgId,
  {
    filter: { from, to },
    rolled,
    bands,
  }: { readonly filter: HistogramFilter; readonly rolled: Range; readonly bands: readonly string[] | 'all' },
  counts: Counts,
): Promise<void> {
  const step = (to - from) / counts.length
  // Steps of a series begin on their multiples; those of the histogram may not.
  const minutes = from % step === 0 ? step / MINUTE : commonDivisor(step / MINUTE, from / MINUTE)
  for (const { at, key, count } of await rollups.series(
    org,
    'band',
    rolled,
    minutes,
    bands === 'all' ? undefined : bands,
  )) {
    // The first step of a range that begins within it has the instant of its own beginning.
    const bucket = counts[Math.max(0, Math.floor((at - from) / step))]
    if (bucket !== undefined) bucket[key as keyof BandCounts] += count
  }
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b)
}

async function goThrough(
  { readers, ...deps }: LogSearchDeps,
  org: OrgId,
  filter: HistogramFilter,
  part: Pick<Filter, 'from' | 'to'>,
  counts: Counts,
): Promise<Extent> {
  const plan = await planSearch(readers, org, filter, false)
  const scope = allOf(org, plan, part)
  // Integers: a double would put what lies at the edge of a bucket into the wrong one.
  const bucket = sql<number>`(entries.at - cast(${filter.from} as integer)) * cast(${counts.length} as integer)
    / cast(${filter.to - filter.from} as integer)`
  return extentOf(
    await runInSlices({ readers, ...deps }, scope, (window) => ({
      statements: [
        statement(
          selectFound(inWindow(scope, window))
            .select((eb) => [bucket.as('bucket'), 'entries.risk', eb.fn.countAll<number>().as('count')])
            .groupBy(['bucket', 'entries.risk']),
        ),
      ],
      take([found]) {
        for (const row of rowsOf<{ bucket: number; risk: number; count: number }>(found)) {
          const bands = counts[row.bucket]
          if (bands !== undefined) bands[bandOf(row.risk)] += row.count
        }
        return false
      },
    })),
  )
}
