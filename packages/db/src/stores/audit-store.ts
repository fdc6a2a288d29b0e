import type { OrgId } from '@sentinelmesh/api'
import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'

export interface AuditRecord {
  /** Microseconds. */
  readonly at: number
  /** Who, such as `user:7`, `key:<id>` or `system:cli`. */
  readonly principal: string
  /** What, such as `apiKeys.create`. */
  readonly action: string
  /** On what. */
  readonly target?: string | null
  readonly remoteAddress?: string | null
  /** Holds no secret. */
  readonly details?: Readonly<Record<string, unknown>> | null
}

/** The table refuses changes and removals by itself. */
export const auditStore = (db: Kysely<Schema>) => ({
  /** Within the transaction of what it records. `org` is null where there is none yet or it is about all. */
  async append(org: OrgId | null, record: AuditRecord): Promise<void> {
    const { at, principal, action, target = null, remoteAddress = null, details = null } = record
    await db
      .insertInto('audit')
      .values({
        org,
        at,
        principal,
        action,
        target,
        remote_address: remoteAddress,
        details: details === null ? null : JSON.stringify(details),
      })
      .execute()
  },
})
