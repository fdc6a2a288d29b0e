import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'

/** The state of the clock that retention counts from; one for all organizations. */
export interface RetentionClockState {
  /** The time that this clock shows, in microseconds. */
  readonly time: number
  /** Microseconds of running time for which the system clock has been more than a day away; 0 while they agree. */
  readonly waited: number
}

export const retentionClockStore = (db: Kysely<Schema>) => ({
  /** Undefined until the first `set`. */
  async get(): Promise<RetentionClockState | undefined> {
    return db.selectFrom('retention_clock').select(['time', 'waited']).executeTakeFirst()
  },

  async set({ time, waited }: RetentionClockState): Promise<void> {
    await db
      .insertInto('retention_clock')
      .values({ id: 1, time, waited })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ time, waited }))
      .execute()
  },

  /** When the newest entry of any organization arrived, in microseconds; null if nothing is stored. */
  async newestArrival(): Promise<number | null> {
    const rows = await db
      .selectFrom('orgs')
      .select((eb) =>
        eb
          .selectFrom('entries')
          .select((newest) => newest.fn.max('received_at').as('newest'))
          .whereRef('entries.org', '=', 'orgs.id')
          .as('newest'),
      )
      .execute()
    return rows.reduce<number | null>(
      (most, { newest }) => (newest === null ? most : Math.max(most ?? 0, newest)),
      null,
    )
  },
})
