import type { Services } from '@sentinelmesh/api'
import type { ServiceDeps } from '../verb.ts'
import { backtest } from './backtest.ts'
import { check } from './check.ts'
import { confirmFilters } from './confirm-filters.ts'
import { create } from './create.ts'
import { exportRules } from './export.ts'
import { addFilter, previewFilter } from './filters.ts'
import { get } from './get.ts'
import { importRules } from './import.ts'
import { list } from './list.ts'
import { remove } from './remove.ts'
import { override, release, setEnabled } from './settings.ts'
import { tryRules } from './try.ts'
import { update } from './update.ts'

/** The verbs of an org's rule set, bound to what they work with. */
export function rules(deps: ServiceDeps): Services['rules'] {
  const bound =
    <Rest extends unknown[], Result>(verb: (deps: ServiceDeps, ...rest: Rest) => Result) =>
    (...rest: Rest): Result =>
      verb(deps, ...rest)
  return {
    list: bound(list),
    get: bound(get),
    create: bound(create),
    update: bound(update),
    remove: bound(remove),
    setEnabled: bound(setEnabled),
    override: bound(override),
    release: bound(release),
    check: bound(check),
    try: bound(tryRules),
    addFilter: bound(addFilter),
    previewFilter: bound(previewFilter),
    confirmFilters: bound(confirmFilters),
    import: bound(importRules),
    export: bound(exportRules),
    backtest: backtest(deps),
  }
}
