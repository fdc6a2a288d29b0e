import type { OrgId } from '@sentinelmesh/api'
import { LIMITS } from '../../../limits.ts'
import type { Filter, Total } from '../../../log-search.ts'
import { headOf, selectHead } from '../log/head.ts'
import { rowsOf, statement } from '../read/readers.ts'
import { planSearch } from './plan.ts'
import { runInSlices, inWindow, isFiltered } from './slices.ts'
import { allOf, extentOf, upTo } from './matching-entries.ts'
import type { LogSearchDeps } from './deps.ts'
import { divide, rolledChoice, rolledCount, type RolledChoice } from './rolled-up.ts'
import { sample, twoDigits } from './sample.ts'

export async function count(deps: LogSearchDeps, org: OrgId, filter: Filter): Promise<Total> {
  if (!isFiltered(filter)) {
    const [head] = await deps.readers.run('interactive', [statement(selectHead(org))])
    return { count: headOf(head).entries, estimated: false }
  }
  const choice = rolledChoice(filter)
  return choice === undefined ? countFound(deps, org, filter) : countRolled(deps, org, filter, choice)
}

async function countRolled(deps: LogSearchDeps, org: OrgId, filter: Filter, choice: RolledChoice): Promise<Total> {
  const { rolled, scanned, estimated } = await divide(deps, org, filter)
  const [sum, ...edges] = await Promise.all([
    rolled === undefined ? 0 : rolledCount(deps, org, rolled, choice),
    ...scanned.map((range) => goThrough(deps, org, { ...filter, ...range }, Number.MAX_SAFE_INTEGER)),
  ])
  return {
    count: edges.reduce((all, { found }) => all + found, sum),
    estimated: estimated || edges.some(({ incomplete }) => incomplete),
  }
}

/** Many are seen to be many in a small sample; only what may be few is gone through. */
async function countFound(deps: LogSearchDeps, org: OrgId, filter: Filter): Promise<Total> {
  const most = LIMITS.countedExactly
  const sampled = await sample(deps, org, filter, { places: LIMITS.samplePlaces, fields: [] })
  if (sampled !== undefined && sampled.atLeast > most) return estimate(sampled.about)
  const { found, incomplete } = await goThrough(deps, org, filter, most + 1)
  if (!incomplete && found <= most) return { count: found, estimated: false }
  return estimate(Math.max(found, sampled?.about ?? 0))
}

function estimate(about: number): Total {
  return { count: twoDigits(about), estimated: true }
}

async function goThrough(
  deps: LogSearchDeps,
  org: OrgId,
  filter: Filter,
  most: number,
): Promise<{ readonly found: number; readonly incomplete: boolean }> {
  const plan = await planSearch(deps.readers, org, filter, false)
  const scope = allOf(org, plan)
  let found = 0
  const end = await runInSlices(deps, scope, (window) => ({
    statements: [statement(upTo(most - found, inWindow(scope, window)))],
    take([counted]) {
      found += rowsOf<{ count: number }>(counted)[0]?.count ?? 0
      return found >= most
    },
  }))
  return { found, incomplete: extentOf(end).incomplete }
}
