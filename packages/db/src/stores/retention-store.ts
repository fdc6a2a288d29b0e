import type { OrgId } from '@sentinelmesh/api'
import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'
import type { By } from './rule-store.ts'

/** An org's retention settings. For null, the installation's setting applies. */
export interface Retention {
  readonly days: number | null
  /** Maximum bytes of payloads. Null: no limit. */
  readonly maxBytes: number | null
  /** Days to keep roll-ups. Null: as long as entries. */
  readonly rollupsDays: number | null
}

/** Everything that determines whether retention has work for an organization. Times are microseconds. */
export interface Standing {
  readonly org: OrgId
  readonly retention: Retention
  /** Bytes of payloads. */
  readonly bytes: number
  /** Arrival time of the entry that arrived first. Null if no entry is stored. */
  readonly oldestArrival: number | null
  /** The earliest `at` of a stored entry. */
  readonly earliestAt: number | null
  /** Start of the first minute, hour, or day in the roll-ups. */
  readonly firstCount: number | null
}

const [MINUTE_US, HOUR_US, DAY_US] = [60e6, 3_600e6, 86_400e6]

const NO_SETTINGS: Retention = { days: null, maxBytes: null, rollupsDays: null }

export const retentionStore = (db: Kysely<Schema>) => ({
  async get(org: OrgId): Promise<Retention> {
    const row = await db
      .selectFrom('retention')
      .select(['days', 'max_bytes as maxBytes', 'rollups_days as rollupsDays'])
      .where('org', '=', org)
      .executeTakeFirst()
    return row ?? NO_SETTINGS
  },

  async set(org: OrgId, { days, maxBytes, rollupsDays }: Retention, { at, by }: By): Promise<void> {
    const set = { days, max_bytes: maxBytes, rollups_days: rollupsDays, updated_at: at, updated_by: by }
    await db
      .insertInto('retention')
      .values({ org, ...set })
      .onConflict((conflict) => conflict.column('org').doUpdateSet(set))
      .execute()
  },

  /** Stored entries, bytes of payloads, and the first arrival time in microseconds (null if no entry is stored). */
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

  /** Reads all organizations in one statement, so that a minute with nothing due costs one read. */
  async standing(): Promise<Standing[]> {
    const rows = await db
      .selectFrom('orgs')
      .leftJoin('retention', 'retention.org', 'orgs.id')
      .leftJoin('org_heads', 'org_heads.org', 'orgs.id')
      .select((eb) => [
        'orgs.id as org',
        'retention.days',
        'retention.max_bytes as maxBytes',
        'retention.rollups_days as rollupsDays',
        'org_heads.bytes',
        eb
          .selectFrom('entries')
          .select((of) => of.fn.min('received_at').as('first'))
          .whereRef('entries.org', '=', 'orgs.id')
          .as('oldestArrival'),
        eb
          .selectFrom('entries')
          .select((of) => of.fn.min('at').as('first'))
          .whereRef('entries.org', '=', 'orgs.id')
          .as('earliestAt'),
        // `all` is enough, because a day's other dimensions are removed first.
        eb
          .selectFrom('rollups')
          .select((of) => of.fn.min('minute').as('first'))
          .whereRef('rollups.org', '=', 'orgs.id')
          .where('dimension', '=', 'all')
          .as('minute'),
        eb
          .selectFrom('rollup_hours')
          .select((of) => of.fn.min('hour').as('first'))
          .whereRef('rollup_hours.org', '=', 'orgs.id')
          .where('dimension', '=', 'all')
          .as('hour'),
        eb
          .selectFrom('rollup_days')
          .select((of) => of.fn.min('day').as('first'))
          .whereRef('rollup_days.org', '=', 'orgs.id')
          .where('dimension', '=', 'all')
          .as('day'),
      ])
      .orderBy('orgs.id')
      .execute()
    return rows.map(({ org, days, maxBytes, rollupsDays, bytes, oldestArrival, earliestAt, minute, hour, day }) => {
      const counts = [
        minute === null ? [] : [minute * MINUTE_US],
        hour === null ? [] : [hour * HOUR_US],
        day === null ? [] : [day * DAY_US],
      ].flat()
      return {
        org: org as OrgId,
        retention: { days, maxBytes, rollupsDays },
        bytes: bytes ?? 0,
        oldestArrival,
        earliestAt,
        firstCount: counts.length === 0 ? null : Math.min(...counts),
      }
    })
  },

  /** Number of entries that arrived before the given time, up to `most`. */
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
