import type { OrgId } from '@sentinelmesh/api'
import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'
import type { By } from './rule-store.ts'

/** An org's verdict policy as stored JSON text. */
export interface StoredVerdictPolicy {
  readonly policy: string
  readonly hash: string
  /** Microseconds. */
  readonly updatedAt: number
  readonly updatedBy: string
}

export const verdictPolicyStore = (db: Kysely<Schema>) => ({
  get(org: OrgId): Promise<StoredVerdictPolicy | undefined> {
    return db
      .selectFrom('verdict_policies')
      .select(['policy', 'hash', 'updated_at as updatedAt', 'updated_by as updatedBy'])
      .where('org', '=', org)
      .executeTakeFirst()
  },

  async set(org: OrgId, { policy, hash }: Pick<StoredVerdictPolicy, 'policy' | 'hash'>, { at, by }: By): Promise<void> {
    const set = { policy, hash, updated_at: at, updated_by: by }
    await db
      .insertInto('verdict_policies')
      .values({ org, ...set })
      .onConflict((conflict) => conflict.column('org').doUpdateSet(set))
      .execute()
  },
})
