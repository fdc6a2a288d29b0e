import { randomBytes } from 'node:crypto'
import type { OrgId } from '@sentinelmesh/api'
import type { Kysely } from 'kysely'
import { AUDIT_COLUMNS, AUDIT_GENESIS, auditHead, auditLeaf } from '../audit-chain.ts'
import { AUDIT_CHAIN, type ChainHead } from '../integrity.ts'
import type { Schema } from '../schema.ts'

export interface AuditRecord {
  /** Microseconds. */
  readonly at: number
  /** The actor, such as `user:7`, `key:<id>`, or `system:cli`. */
  readonly principal: string
  /** For example, `apiKeys.create`. */
  readonly action: string
  /** The object of the action. */
  readonly target?: string | null
  readonly remoteAddress?: string | null
  /** Must not contain secrets. */
  readonly details?: Readonly<Record<string, unknown>> | null
}

const SALT_BYTES = 16

/** Triggers on the tables reject updates and deletes. The chain reveals changes that bypass them. */
export const auditStore = (db: Kysely<Schema>) => ({
  /** Call it in the transaction of the action. `org` is null if there is none yet or the action affects all. */
  async append(org: OrgId | null, record: AuditRecord): Promise<void> {
    const { at, principal, action, target = null, remoteAddress = null, details = null } = record
    const before = await lastLink(db)
    const row = await db
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
      .returning(AUDIT_COLUMNS)
      .executeTakeFirstOrThrow()
    const salt = randomBytes(SALT_BYTES)
    const leaf = auditLeaf(salt, row)
    const head = auditHead(before?.head ?? AUDIT_GENESIS, row.id, leaf)
    await db.insertInto('audit_chain').values({ id: row.id, salt, leaf, head }).execute()
  },

  /** The head of the chain. Undefined while there is no record. */
  async head(): Promise<ChainHead | undefined> {
    const last = await lastLink(db)
    return last === undefined
      ? undefined
      : { org: AUDIT_CHAIN, seq: last.id, head: Buffer.from(last.head).toString('hex') }
  },

  /** Distinct users and addresses of sign-ins among the newest `records`. */
  async recentSignIns(records: number): Promise<{ username: string; remoteAddress: string }[]> {
    const newest = db.selectFrom('audit').select(['id']).orderBy('id', 'desc').limit(records).as('newest')
    const rows = await db
      .selectFrom('audit')
      .innerJoin(newest, 'newest.id', 'audit.id')
      .select(['audit.principal', 'audit.remote_address'])
      .distinct()
      .where('audit.action', 'in', ['auth.signIn', 'auth.token'])
      .where('audit.remote_address', 'is not', null)
      .execute()
    return rows.map(({ principal, remote_address: address }) => ({
      username: principal.replace(/^user:/, ''),
      remoteAddress: address ?? '',
    }))
  },
})

function lastLink(db: Kysely<Schema>): Promise<{ id: number; head: Uint8Array } | undefined> {
  return db.selectFrom('audit_chain').select(['id', 'head']).orderBy('id', 'desc').limit(1).executeTakeFirst()
}
