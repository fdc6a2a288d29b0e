import type { OrgId } from '@sentinelmesh/api'
import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'
import type { By } from './rule-store.ts'

/** How long an org keeps what; null where the installation's setting holds. */
export interface Retention {
  readonly days: number | null
  /** Of payloads. Null: no bound. */
  readonly maxBytes: number | null
  /** Null: as long as entries. */
  readonly rollupsDays: number | null
}

const UNDECIDED: Retention = { days: null, maxBytes: null, rollupsDays: null }

export const retentionStore = (db: Kysely<Schema>) => ({
  async get(org: OrgId): Promise<Retention> {
    const row = await db
      .selectFrom('retention')
      .select(['days', 'max_bytes as maxBytes', 'rollups_days as rollupsDays'])
      .where('org', '=', org)
      .executeTakeFirst()
    return row ?? UNDECIDED
  },

  async set(org: OrgId, { days, maxBytes, rollupsDays }: Retention, { at, by }: By): Promise<void> {
    const set = { days, max_bytes: maxBytes, rollups_days: rollupsDays, updated_at: at, updated_by: by }
    await db
      .insertInto('retention')
      .values({ org, ...set })
      .onConflict((conflict) => conflict.column('org').doUpdateSet(set))
      .execute()
  },

  /** What is stored: entries, bytes of payloads, and when the entry that arrived first did (microseconds), null where none is. */
  async stored(
    org: OrgId,
  ): Promise<{ readonly entries: number; readonly bytes: number; readonly oldest: number | null }> {
    const head = await db.selectFrom('org_heads').select(['entries', 'bytes']).where('org', '=', org).executeTakeFirst()
    const first = await db
      .selectFrom('entries')
      .select((eb) => eb.fn.min('received_at').as('oldest'))
      .where('org', '=', org)
      .executeTakeFirst()
    return { entries: head?.entries ?? 0, bytes: head?.bytes ?? 0, oldest: first?.oldest ?? null }
  },

  /** Entries that arrived before the instant, counted up to `most`. */
  async countBefore(org: OrgId, receivedBefore: number, most: number): Promise<number> {
    const row = await db
      .selectFrom((eb) =>
        eb
          .selectFrom('entries')
          .select('seq')
          .where('org', '=', org)
          .where('received_at', '<', receivedBefore)
          .limit(most)
          .as('old'),
      )
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirst()
    return row?.count ?? 0
  },
})
