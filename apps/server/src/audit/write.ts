import type { OrgId, Principal } from '@sentinelmesh/api'
import { auditStore, type AuditRecord, type By, type Database, type Transaction } from '@sentinelmesh/db'
import type { Identities } from '../auth/identities.ts'
import type { Clock } from '../clock.ts'
import { callerName } from './caller-name.ts'

/** The audit's description of a change. `org` replaces the writer's if the change itself created or found the org. */
export interface AuditedChange extends Pick<AuditRecord, 'action' | 'target' | 'details'> {
  readonly org?: OrgId
}

export interface Written<Result> {
  readonly result: Result
  /** Null if nothing changed that the audit records. */
  readonly audit: AuditedChange | null
}

/** The author of a change. */
export interface Writer {
  /** Null for the whole installation. */
  readonly org: OrgId | null
  /** A string is the audit's name for a writer without a principal, such as `system:costs`. */
  readonly principal: Principal | string | null
  /** Null for a change made on this machine. */
  readonly remoteAddress: string | null
}

/**
 * Stores a change and its audit record in one transaction, so that neither exists without the other. Every audited
 * change goes through here. `by` has the same name and time as the record, in microseconds.
 */
export function write<Result>(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  { org, principal, remoteAddress }: Writer,
  work: (tx: Transaction, by: By) => Promise<Written<Result>>,
): Promise<Result> {
  const by: By = { at: clock.now() * 1000, by: typeof principal === 'string' ? principal : callerName(principal) }
  return database.transaction(async (tx) => {
    const { result, audit } = await work(tx, by)
    if (audit === null) return result
    const { org: owner = org, ...change } = audit
    await auditStore(tx).append(owner, { at: by.at, principal: by.by, remoteAddress, ...change })
    return result
  })
}

/** A `write` that changes who may do what. It also drops the cached credentials. */
export async function writeIdentities<Result>(
  deps: { readonly database: Database; readonly clock: Clock; readonly identities: Identities },
  writer: Writer,
  work: (tx: Transaction, by: By) => Promise<Written<Result>>,
): Promise<Result> {
  const result = await write(deps, writer, work)
  deps.identities.forget()
  return result
}
