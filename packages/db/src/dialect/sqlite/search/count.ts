import type { OrgId } from '@sentinelmesh/api'
import { LIMITS } from '../../../limits.ts'
import type { Filter, Total } from '../../../log-search.ts'
import { headOf, selectHead } from '../log/head.ts'
import { rowsOf, statement } from '../read/readers.ts'
import { countUpTo, planSearch } from './plan.ts'
import { runInSlices, inWindow } from './slices.ts'
import { wholeScope, extentOf, selectMatching } from './matching-entries.ts'
import type { LogSearchDeps } from './deps.ts'
import { splitRange, rollupChoice, rollupCount, type RollupChoice } from './rolled-up.ts'
import { sample, roundToTwoDigits } from './sample.ts'

export async function count(deps: LogSearchDeps, org: OrgId, filter: Filter): Promise<Total> {
  const choice = rollupChoice(filter)
  if (choice?.dimension === 'all' && filter.from === undefined && filter.to === undefined) {
    const [head] = await deps.readers.run('interactive', [statement(selectHead(org))])
    return { count: headOf(head).entries, estimated: false }
  }
  return choice === undefined ? countBySampleOrScan(deps, org, filter) : countFromRollups(deps, org, filter, choice)
}

async function countFromRollups(deps: LogSearchDeps, org: OrgId, filter: Filter, choice: RollupChoice): Promise<Total> {
  const { rolled, scanned, estimated } = await splitRange(deps, org, filter)
  const [sum, ...edges] = await Promise.all([
    rolled === undefined ? 0 : rollupCount(deps, org, rolled, choice),
    ...scanned.map((range) => scan(deps, org, { ...filter, ...range }, Number.MAX_SAFE_INTEGER)),
  ])
  return {
    count: edges.reduce((all, { found }) => all + found, sum),
    estimated: estimated || edges.some(({ incomplete }) => incomplete),
  }
}

/** A small sample is enough to estimate a large count. Only a count that may be small is taken by a scan. */
async function countBySampleOrScan(deps: LogSearchDeps, org: OrgId, filter: Filter): Promise<Total> {
  const limit = LIMITS.countedExactly
  const sampled = await sample(deps, org, filter, { points: LIMITS.samplePlaces, fields: [] })
  if (sampled !== undefined && sampled.atLeast > limit) return estimatedTotal(sampled.estimate)
  const { found, incomplete } = await scan(deps, org, filter, limit + 1)
  if (!incomplete && found <= limit) return { count: found, estimated: false }
  return estimatedTotal(Math.max(found, sampled?.estimate ?? 0))
}

function estimatedTotal(estimate: number): Total {
  return { count: roundToTwoDigits(estimate), estimated: true }
}

async function scan(
  deps: LogSearchDeps,
  org: OrgId,
  filter: Filter,
  limit: number,
): Promise<{ readonly found: number; readonly incomplete: boolean }> {
  const plan = await planSearch(deps.readers, org, filter, false)
  const scope = wholeScope(org, plan)
  let found = 0
  const end = await runInSlices(deps, scope, (window) => ({
    statements: [statement(countUpTo(selectMatching(inWindow(scope, window)), limit - found))],
    take([counted]) {
      found += rowsOf<{ count: number }>(counted)[0]?.count ?? 0
      return found >= limit
    },
  }))
  return { found, incomplete: extentOf(end).incomplete }
}
