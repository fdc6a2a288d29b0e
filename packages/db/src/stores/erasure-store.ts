import type { OrgId, Seq } from '@sentinelmesh/api'
import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'

/** A request to remove entries permanently. */
export interface Erasure {
  readonly id: number
  readonly org: OrgId
  readonly scope: 'session' | 'all'
  /** Null for all. A session's name may identify a person, so it is set to null when the erasure finishes. */
  readonly session: string | null
  /** The last position to erase. Later entries stay. */
  readonly to: Seq
  /** Number of removed entries. */
  readonly removed: number
  /** Microseconds. */
  readonly requestedAt: number
  readonly requestedBy: string
  readonly finishedAt: number | null
}

export interface NewErasure {
  readonly session: string | null
  readonly to: Seq
  /** Microseconds. */
  readonly at: number
  readonly by: string
}

const COLUMNS = [
  'id',
  'org',
  'scope',
  'session',
  'to_seq',
  'removed',
  'requested_at',
  'requested_by',
  'finished_at',
] as const

/** A request is stored before it is processed, so that it continues after a restart. */
export const erasureStore = (db: Kysely<Schema>) => ({
  async create(org: OrgId, { session, to, at, by }: NewErasure): Promise<Erasure> {
    const scope = session === null ? 'all' : 'session'
    return toErasure(
      await db
        .insertInto('erasures')
        .values({ org, scope, session, to_seq: to, removed: 0, requested_at: at, requested_by: by, finished_at: null })
        .returning(COLUMNS)
        .executeTakeFirstOrThrow(),
    )
  },

  async get(org: OrgId, id: number): Promise<Erasure | undefined> {
    const row = await db
      .selectFrom('erasures')
      .select(COLUMNS)
      .where('org', '=', org)
      .where('id', '=', id)
      .executeTakeFirst()
    return row === undefined ? undefined : toErasure(row)
  },

  /** Newest first. */
  async list(org: OrgId, most: number): Promise<Erasure[]> {
    const rows = await db
      .selectFrom('erasures')
      .select(COLUMNS)
      .where('org', '=', org)
      .orderBy('id', 'desc')
      .limit(most)
      .execute()
    return rows.map(toErasure)
  },

  /** Unfinished requests of all orgs, oldest first. */
  async pending(): Promise<Erasure[]> {
    const rows = await db
      .selectFrom('erasures')
      .select(COLUMNS)
      .where('finished_at', 'is', null)
      .orderBy('id')
      .execute()
    return rows.map(toErasure)
  },

  async countPending(org: OrgId): Promise<number> {
    const row = await db
      .selectFrom('erasures')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('org', '=', org)
      .where('finished_at', 'is', null)
      .executeTakeFirst()
    return row?.count ?? 0
  },

  /** Number of entries that an erasure still has to remove, up to `most`. */
  async countLeft({ org, scope, session, to }: Erasure, most: number): Promise<number> {
    const entries = db.selectFrom('entries').select('seq').where('org', '=', org).where('seq', '<=', to).limit(most)
    const left = scope === 'all' ? entries : entries.where('session', '=', session)
    const row = await db
      .selectFrom(left.as('remaining'))
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirst()
    return row?.count ?? 0
  },

  async countRemoved(id: number, removed: number): Promise<void> {
    await db
      .updateTable('erasures')
      .set((eb) => ({ removed: eb('removed', '+', removed) }))
      .where('id', '=', id)
      .execute()
  },

  async finish(id: number, { removed, at }: { readonly removed: number; readonly at: number }): Promise<void> {
    await db.updateTable('erasures').set({ session: null, removed, finished_at: at }).where('id', '=', id).execute()
  },
})

function toErasure(row: Omit<Schema['erasures'], 'id'> & { readonly id: number }): Erasure {
  return {
    id: row.id,
    org: row.org as OrgId,
    scope: row.scope,
    session: row.session,
    to: row.to_seq as Seq,
    removed: row.removed,
    requestedAt: row.requested_at,
    requestedBy: row.requested_by,
    finishedAt: row.finished_at,
  }
}
