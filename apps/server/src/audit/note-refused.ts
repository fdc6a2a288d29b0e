import type { OrgId, Principal } from '@sentinelmesh/api'
import type { DomainError } from '@sentinelmesh/api/constants'
import { callerName } from './caller-name.ts'
import type { AuditTally } from './audit-tally.ts'

/** Records what a known caller tried and may not do. Other refusals, such as those of foreign origins, are not of a caller. */
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
