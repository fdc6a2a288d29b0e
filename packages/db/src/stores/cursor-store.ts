import type { OrgId, Seq } from '@sentinelmesh/api'
import { BEFORE_ALL, DomainError } from '@sentinelmesh/api/constants'
import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'

/** The cursor of each consumer of an org's log. */
export const cursorStore = (db: Kysely<Schema>) => ({
  /** `BEFORE_ALL` for a consumer that has not started. */
  async get(org: OrgId, consumer: string): Promise<Seq> {
    const row = await db
      .selectFrom('cursors')
      .select('seq')
      .where('org', '=', org)
      .where('consumer', '=', consumer)
      .executeTakeFirst()
    return row === undefined ? BEFORE_ALL : (row.seq as Seq)
  },

  /** Call it in the transaction of the consumer's effects. Throws `conflict` if the cursor is no longer at `from`. */
  async advance(org: OrgId, consumer: string, { from, to }: { readonly from: Seq; readonly to: Seq }): Promise<void> {
    const { numInsertedOrUpdatedRows = 0n } =
      from === BEFORE_ALL
        ? await db
            .insertInto('cursors')
            .values({ consumer, org, seq: to })
            .onConflict((conflict) =>
              conflict.columns(['consumer', 'org']).doUpdateSet({ seq: to }).where('cursors.seq', '=', BEFORE_ALL),
            )
            .executeTakeFirst()
        : {
            numInsertedOrUpdatedRows: (
              await db
                .updateTable('cursors')
                .set({ seq: to })
                .where('org', '=', org)
                .where('consumer', '=', consumer)
                .where('seq', '=', from)
                .executeTakeFirst()
            ).numUpdatedRows,
          }
    if (numInsertedOrUpdatedRows === 0n) throw new DomainError('conflict')
  },
})
