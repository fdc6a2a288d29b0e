import type { OrgId, Seq } from '@sentinelmesh/api'
import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'

/** An entry that a consumer could not process and skipped. */
export interface SetAside {
  readonly consumer: string
  readonly seq: Seq
  readonly tries: number
  /** A readable reason without any data of the entry. */
  readonly reason: string
  /** Microseconds. */
  readonly at: number
}

export const setAsideStore = (db: Kysely<Schema>) => ({
  /** Call it in the transaction that moves the consumer's cursor past the entry. */
  async add(org: OrgId, { consumer, seq, tries, reason, at }: SetAside): Promise<void> {
    await db
      .insertInto('set_aside')
      .values({ consumer, org, seq, tries, reason, at })
      .onConflict((conflict) => conflict.columns(['consumer', 'org', 'seq']).doUpdateSet({ tries, reason, at }))
      .execute()
  },

  /** Newest first. */
  async list(org: OrgId, most: number): Promise<SetAside[]> {
    const rows = await db
      .selectFrom('set_aside')
      .select(['consumer', 'seq', 'tries', 'reason', 'at'])
      .where('org', '=', org)
      .orderBy('at', 'desc')
      .orderBy('seq', 'desc')
      .limit(most)
      .execute()
    return rows.map((row) => ({ ...row, seq: row.seq as Seq }))
  },

  /** Number of entries per consumer, over all organizations. */
  async counts(): Promise<ReadonlyMap<string, number>> {
    const rows = await db
      .selectFrom('set_aside')
      .select(({ fn }) => ['consumer', fn.countAll<number>().as('entries')])
      .groupBy('consumer')
      .execute()
    return new Map(rows.map(({ consumer, entries }) => [consumer, entries]))
  },
})
