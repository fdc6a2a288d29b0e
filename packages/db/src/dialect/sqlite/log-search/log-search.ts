import type { OrgId } from '@sentinelmesh/api'
import type { Filter, LogSearch, PageOptions } from '../../../log-search.ts'
import type { Rollups } from '../../../rollups.ts'
import type { SearchDeps } from '../search-slices.ts'
import { count } from './count.ts'
import { facets } from './facets.ts'
import { histogram } from './histogram.ts'
import { page, ROWS, WHOLE } from './page.ts'

export interface LogSearchDeps extends SearchDeps {
  readonly rollups: Rollups
}

/** Every search runs in slices by `inSlices`, which keeps its deadline and lets others take turns. */
export function sqliteLogSearch(deps: LogSearchDeps): LogSearch {
  return {
    page: ((org: OrgId, filter: Filter, options: PageOptions & { readonly whole?: boolean }) =>
      options.whole === true
        ? page(deps, WHOLE, { org, filter, options })
        : page(deps, ROWS, { org, filter, options })) as LogSearch['page'],
    count: (org, filter) => count(deps, org, filter),
    histogram: (org, filter, buckets) => histogram(deps, org, filter, buckets),
    facets: (org, filter, options) => facets(deps, org, filter, options),
  }
}
