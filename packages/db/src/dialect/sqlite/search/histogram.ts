import type { OrgId } from '@sentinelmesh/api'
import { bandOf } from '@sentinelmesh/rules/risk'
import { sql } from 'kysely'
import type { BandCounts, Extent, Filter, Histogram } from '../../../log-search.ts'
import { rowsOf, statement } from '../read/readers.ts'
import { MINUTE } from '../rollups/rollup-keys.ts'
import { planSearch } from './plan.ts'
import { runInSlices, inWindow } from './slices.ts'
import { wholeScope, extentOf, selectMatching, combined } from './matching-entries.ts'
import type { LogSearchDeps } from './deps.ts'
import { splitRange, rollupChoice, type Range } from './rolled-up.ts'

type HistogramFilter = Filter & Range

/** Reads roll-ups for whole minutes where they agree with the stored entries, and scans the entries for the rest. */
export async function histogram(
  deps: LogSearchDeps,
  org: OrgId,
  filter: HistogramFilter,
  buckets: number,
): Promise<Histogram> {
  const counts: Counts = Array.from({ length: buckets }, () => ({ none: 0, low: 0, medium: 0, high: 0, critical: 0 }))
  const bands = bandsFromRollups(filter, buckets)
  if (bands === undefined) return { counts, ...(await scan(deps, org, filter, filter, counts)) }

  const { rolled, scanned } = await splitRange(deps, org, filter)
  const [, ...extents] = await Promise.all([
    rolled === undefined ? undefined : addRollups(deps, org, { filter, rolled, bands }, counts),
    ...scanned.map((part) => scan(deps, org, filter, part, counts)),
  ])
  return { counts, ...combined(extents) }
}

type Counts = Record<keyof BandCounts, number>[]

/** The bands to read. Undefined if a minute can span two buckets or the filter tests more than bands. */
function bandsFromRollups(filter: HistogramFilter, buckets: number): readonly string[] | 'all' | undefined {
  if (filter.from % MINUTE !== 0 || ((filter.to - filter.from) / buckets) % MINUTE !== 0) return undefined
  const choice = rollupChoice(filter)
  if (choice?.dimension === 'all') return 'all'
  return choice?.dimension === 'band' && !choice.excluded ? choice.keys : undefined
}

async function addRollups(
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
  // The steps of a series are aligned to multiples of their length; the histogram's buckets may not be.
  const minutes = from % step === 0 ? step / MINUTE : commonDivisor(step / MINUTE, from / MINUTE)
  for (const { at, key, count } of await rollups.series(
    org,
    'band',
    rolled,
    minutes,
    bands === 'all' ? undefined : bands,
  )) {
    // If the range begins within a step, that step's `at` is before `from`.
    const bucket = counts[Math.max(0, Math.floor((at - from) / step))]
    if (bucket !== undefined) bucket[key as keyof BandCounts] += count
  }
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b)
}

async function scan(
  { readers, ...deps }: LogSearchDeps,
  org: OrgId,
  filter: HistogramFilter,
  part: Pick<Filter, 'from' | 'to'>,
  counts: Counts,
): Promise<Extent> {
  const plan = await planSearch(readers, org, filter, false)
  const scope = wholeScope(org, plan, part)
  // Integer arithmetic: a double would put entries at a bucket's edge into the wrong bucket.
  const bucket = sql<number>`(entries.at - cast(${filter.from} as integer)) * cast(${counts.length} as integer)
    / cast(${filter.to - filter.from} as integer)`
  return extentOf(
    await runInSlices({ readers, ...deps }, scope, (window) => ({
      statements: [
        statement(
          selectMatching(inWindow(scope, window))
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
