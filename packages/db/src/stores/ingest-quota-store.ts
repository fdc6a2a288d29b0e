import type { OrgId } from '@sentinelmesh/api'
import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'
import type { By } from './rule-store.ts'

/** Entries per second that an org may report. Null means no limit. */
export const ingestQuotaStore = (db: Kysely<Schema>) => ({
  async get(org: OrgId): Promise<number | null> {
    const row = await db
      .selectFrom('ingest_quotas')
      .select('entries_per_second')
      .where('org', '=', org)
      .executeTakeFirst()
    return row?.entries_per_second ?? null
  },

  async set(org: OrgId, entriesPerSecond: number | null, { at, by }: By): Promise<void> {
    const set = { entries_per_second: entriesPerSecond, updated_at: at, updated_by: by }
    await db
      .insertInto('ingest_quotas')
      .values({ org, ...set })
      .onConflict((conflict) => conflict.column('org').doUpdateSet(set))
      .execute()
  },
})
