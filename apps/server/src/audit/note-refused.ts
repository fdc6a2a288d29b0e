import type { OrgId, Principal } from '@sentinelmesh/api'
import type { DomainError } from '@sentinelmesh/api/constants'
import { callerName } from './caller-name.ts'
import type { AuditTally } from './audit-tally.ts'

/** Records the denied attempts of known callers. Other refusals, such as of foreign origins, have no known caller. */
export function noteRefused(
  { auditTally }: { readonly auditTally: AuditTally },
  { principal, remoteAddress }: { principal: Principal | null; remoteAddress: string | null },
  { details: { action } }: DomainError,
): void {
  if (principal === null || action === undefined) return
  const org = (principal.org?.id ?? null) as OrgId | null
  void auditTally.note(org, {
    principal: callerName(principal),
    action: 'access.refused',
    target: action,
    remoteAddress,
  })
}
