import type { OrgId, Scope } from '@sentinelmesh/api'
import type { Kysely, Selectable } from 'kysely'
import type { Schema } from '../schema.ts'

/** Instants are microseconds. */
export interface ApiKeyRow {
  /** A UUID that the caller makes. */
  readonly id: string
  readonly org: OrgId
  readonly name: string
  /** What of the key is shown, so that one is told from another. */
  readonly hint: string
  readonly scopes: readonly Scope[]
  readonly senderPrefix: string | null
  /** Log records of telemetry that no mapper knows become entries. */
  readonly keepUnknown: boolean
  /** Entries that it may report per second; null: any number. */
  readonly entriesPerSecond: number | null
  readonly createdBy: string
  readonly createdAt: number
  readonly lastUsedAt: number | null
  readonly revokedAt: number | null
}

export type NewApiKey = Omit<ApiKeyRow, 'org' | 'lastUsedAt' | 'revokedAt'> & {
  /** SHA-256 of the key. */
  readonly hash: Uint8Array
}

const COLUMNS = [
  'id',
  'org',
  'name',
  'hint',
  'scopes',
  'sender_prefix',
  'keep_unknown',
  'entries_per_second',
  'created_by',
  'created_at',
  'last_used_at',
  'revoked_at',
] as const

export const apiKeyStore = (db: Kysely<Schema>) => ({
  async create(org: OrgId, key: NewApiKey): Promise<ApiKeyRow> {
    const row = await db
      .insertInto('api_keys')
      .values({
        id: key.id,
        org,
        name: key.name,
        hash: key.hash,
        hint: key.hint,
        scopes: JSON.stringify(key.scopes),
        sender_prefix: key.senderPrefix,
        keep_unknown: Number(key.keepUnknown),
        entries_per_second: key.entriesPerSecond,
        created_by: key.createdBy,
        created_at: key.createdAt,
      })
      .returning(COLUMNS)
      .executeTakeFirstOrThrow()
    return toApiKey(row)
  },

  /** Revoked ones too, newest first; those behind the key `after`. Undefined when the org has no such key. */
  async list(
    org: OrgId,
    { after, most }: { readonly after?: string | undefined; readonly most: number },
  ): Promise<ApiKeyRow[] | undefined> {
    let query = db.selectFrom('api_keys').select(COLUMNS).where('org', '=', org)
    if (after !== undefined) {
      const last = await db
        .selectFrom('api_keys')
        .select('created_at')
        .where('org', '=', org)
        .where('id', '=', after)
        .executeTakeFirst()
      if (last === undefined) return undefined
      query = query.where((eb) =>
        eb.or([
          eb('created_at', '<', last.created_at),
          eb.and([eb('created_at', '=', last.created_at), eb('id', '>', after)]),
        ]),
      )
    }
    const rows = await query.orderBy('created_at', 'desc').orderBy('id').limit(most).execute()
    return rows.map(toApiKey)
  },

  /** For authentication; revoked ones too. */
  async byHash(hash: Uint8Array): Promise<ApiKeyRow | undefined> {
    const row = await db.selectFrom('api_keys').select(COLUMNS).where('hash', '=', hash).executeTakeFirst()
    return row === undefined ? undefined : toApiKey(row)
  },

  /** Undefined when the org has no such key. One that was revoked before keeps its instant. */
  async revoke(org: OrgId, id: string, at: number): Promise<ApiKeyRow | undefined> {
    const row = await db
      .updateTable('api_keys')
      .set((eb) => ({ revoked_at: eb.fn.coalesce('revoked_at', eb.val(at)) }))
      .where('org', '=', org)
      .where('id', '=', id)
      .returning(COLUMNS)
      .executeTakeFirst()
    return row === undefined ? undefined : toApiKey(row)
  },

  /** Undefined when the org has no such key. */
  async setRate(org: OrgId, id: string, entriesPerSecond: number | null): Promise<ApiKeyRow | undefined> {
    const row = await db
      .updateTable('api_keys')
      .set({ entries_per_second: entriesPerSecond })
      .where('org', '=', org)
      .where('id', '=', id)
      .returning(COLUMNS)
      .executeTakeFirst()
    return row === undefined ? undefined : toApiKey(row)
  },

  async touchLastUsed(org: OrgId, id: string, at: number): Promise<void> {
    await db.updateTable('api_keys').set({ last_used_at: at }).where('org', '=', org).where('id', '=', id).execute()
  },
})

type Stored = Pick<Selectable<Schema['api_keys']>, (typeof COLUMNS)[number]>

function toApiKey(row: Stored): ApiKeyRow {
  return {
    id: row.id,
    org: row.org as OrgId,
    name: row.name,
    hint: row.hint,
    scopes: JSON.parse(row.scopes) as Scope[],
    senderPrefix: row.sender_prefix,
    keepUnknown: row.keep_unknown === 1,
    entriesPerSecond: row.entries_per_second,
    createdBy: row.created_by,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  }
}
