import type { Principal, Services } from '@sentinelmesh/api'
import { authorise, DomainError } from '@sentinelmesh/api/constants'
import type { ServiceDeps } from '../verb.ts'

export function rules(_deps: ServiceDeps): Services['rules'] {
  const refuse = async (principal: Principal | null): Promise<never> => {
    authorise(principal, 'rules.read')
    throw new DomainError('not_found')
  }
  return {
    list: refuse,
    get: refuse,
    create: refuse,
    update: refuse,
    remove: refuse,
    setEnabled: refuse,
    override: refuse,
    release: refuse,
    check: refuse,
    try: refuse,
    addFilter: refuse,
    previewFilter: refuse,
    confirmFilters: refuse,
    import: refuse,
    export: refuse,
    async *backtest(principal) {
      await refuse(principal)
    },
  }
}
