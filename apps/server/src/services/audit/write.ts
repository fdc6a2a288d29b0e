import type { Call, OrgId } from '@sentinelmesh/api'
import { auditStore, type AuditRecord, type By, type Transaction } from '@sentinelmesh/db'
import type { ServiceDeps } from '../verb.ts'
import { callerName } from './caller-name.ts'

/** What a change did, and what it leaves behind. */
export interface Written<Result> {
  readonly result: Result
  readonly audit: Pick<AuditRecord, 'action' | 'target' | 'details'>
}

/** Who makes a change. `org` is null for one that is about the whole installation. */
export type Writer = Pick<Call, 'principal' | 'remoteAddress'> & { readonly org: OrgId | null }

/**
 * Makes a change and its audit record in one transaction: neither is stored without the other. Every change that a caller
 * asks for goes through here. `by` is who makes it, and when, for the row itself.
 */
export function write<Result>(
  { database, clock }: Pick<ServiceDeps, 'database' | 'clock'>,
  { org, principal, remoteAddress }: Writer,
  work: (tx: Transaction, by: By) => Promise<Written<Result>>,
): Promise<Result> {
  const by: By = { at: clock.now() * 1000, by: callerName(principal) }
  return database.transaction(async (tx) => {
    const { result, audit } = await work(tx, by)
    await auditStore(tx).append(org, { at: by.at, principal: by.by, remoteAddress, ...audit })
    return result
  })
}

/** The same for a change of who may do what: what is remembered about credentials is looked up anew from then on. */
export async function writeIdentities<Result>(
  deps: Pick<ServiceDeps, 'database' | 'clock' | 'identities'>,
  writer: Writer,
  work: (tx: Transaction, by: By) => Promise<Written<Result>>,
): Promise<Result> {
  const result = await write(deps, writer, work)
  deps.identities.forget()
  return result
}
