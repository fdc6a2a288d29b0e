import type { OrgId } from '@sentinelmesh/api'
import type { Filter, LogSearch, PageOptions } from '../../../log-search.ts'
import type { LogSearchDeps } from './deps.ts'
import { count } from './count.ts'
import { facets } from './facets.ts'
import { histogram } from './histogram.ts'
import { lastMatches } from './last-matches.ts'
import { page, ROWS, WHOLE } from './page.ts'

/** Every search runs in slices (`runInSlices`), which enforces its deadline and shares the readers fairly. */
export function sqliteLogSearch(deps: LogSearchDeps): LogSearch {
  const reportIncomplete = <Answer extends { readonly incomplete: boolean }>(answer: Answer): Answer => {
    if (answer.incomplete) deps.onIncomplete()
    return answer
  }
  const forOrg = (org: OrgId): LogSearchDeps => ({ ...deps, readers: deps.readers.forOrg(org) })
  return {
    page: ((org: OrgId, filter: Filter, options: PageOptions & { readonly whole?: boolean }) =>
      options.whole === true
        ? page(forOrg(org), WHOLE, { org, filter, options }).then(reportIncomplete)
        : page(forOrg(org), ROWS, { org, filter, options }).then(reportIncomplete)) as LogSearch['page'],
    count: (org, filter) => count(forOrg(org), org, filter),
    histogram: (org, filter, buckets) => histogram(forOrg(org), org, filter, buckets).then(reportIncomplete),
    facets: (org, filter, options) => facets(forOrg(org), org, filter, options).then(reportIncomplete),
    lastMatches: (org, ruleIds) => lastMatches(deps.readers.forOrg(org), org, ruleIds),
  }
}
