import { ACCESS, allows, type Action, type Principal, type SystemAction } from './access.ts'
import { DomainError } from './errors.ts'
import type { OrgId } from './ids.ts'

/** The only source of an `OrgId`. Every store requires one, so no caller can skip this check. */
export function authorise<Asked extends Action>(
  principal: Principal | null,
  action: Asked,
): Asked extends SystemAction ? null : OrgId
export function authorise(principal: Principal | null, action: Action): OrgId | null {
  if (principal === null) throw new DomainError('unauthenticated')
  const { roles, scopes } = ACCESS[action]
  const isForSystem = roles.length === 0 && scopes.length === 0
  if (principal.org === null && !isForSystem)
    throw new DomainError('forbidden', {
      say: 'Say which organization this is for: with --org, or the header x-sentinelmesh-org.',
    })
  if (!allows(principal, action)) throw new DomainError('forbidden', { say: refusal(principal, action), action })
  return isForSystem || principal.org === null ? null : (principal.org.id as OrgId)
}

function refusal(principal: Principal, action: Action): string {
  const { roles, scopes } = ACCESS[action]
  if (principal.type === 'user' && roles.length > 0)
    return `This takes the role ${roles.join(' or ')}; yours is ${principal.role}.`
  if (scopes.length > 0) return `This takes a credential with the scope ${scopes.join(' or ')}.`
  if (roles.length > 0) return `This takes a user with the role ${roles.join(' or ')}, signed in.`
  return 'Only the command line on the server does this.'
}
