import type { OrgId } from '@sentinelmesh/api'
import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'

/** Enforcement is paused for an agent until then. */
export interface VerdictPause {
  readonly sender: string
  /** Microseconds, as all times. */
  readonly until: number
  readonly pausedAt: number
  readonly pausedBy: string
}

export const verdictPauseStore = (db: Kysely<Schema>) => ({
  /** Lists pauses that end after `now`. The next one to end is first. */
  list(org: OrgId, now: number): Promise<VerdictPause[]> {
    return db
      .selectFrom('verdict_pauses')
      .select(['sender', 'until', 'paused_at as pausedAt', 'paused_by as pausedBy'])
      .where('org', '=', org)
      .where('until', '>', now)
      .orderBy('until')
      .orderBy('sender')
      .execute()
  },

  /** Replaces a pause of the same agent, and forgets those that are over. */
  async set(org: OrgId, { sender, until, pausedAt, pausedBy }: VerdictPause): Promise<void> {
    await db.deleteFrom('verdict_pauses').where('org', '=', org).where('until', '<=', pausedAt).execute()
    const set = { until, paused_at: pausedAt, paused_by: pausedBy }
    await db
      .insertInto('verdict_pauses')
      .values({ org, sender, ...set })
      .onConflict((conflict) => conflict.columns(['org', 'sender']).doUpdateSet(set))
      .execute()
  },

  /** Returns whether the agent had a pause. */
  async remove(org: OrgId, sender: string): Promise<boolean> {
    const removed = await db
      .deleteFrom('verdict_pauses')
      .where('org', '=', org)
      .where('sender', '=', sender)
      .executeTakeFirst()
    return removed.numDeletedRows > 0
  },
})
