import type { LogId, OrgId, Surface } from '@sentinelmesh/api'
import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'
import type { By } from './rule-store.ts'

/** A call that the policy blocked, or about which it wanted a person to be asked. */
export interface HeldCall {
  /** The call's entry. */
  readonly entry: LogId
  /** Hex HMAC of the exact call and its session. */
  readonly digest: string
  /** Hex HMAC of the session and the client's id of the call. Null if the call has no id. */
  readonly callKey: string | null
  readonly verdict: 'ask' | 'block'
  readonly surface: Surface
  /** Microseconds, as all times. */
  readonly at: number
  /** When and by whom the same call was last allowed once. */
  readonly allowedAt: number | null
  readonly allowedBy: string | null
  /** When that was used, and the entry of the call that used it. */
  readonly usedAt: number | null
  readonly usedEntry: LogId | null
  /** The entry of a result of this very call, which therefore took effect. */
  readonly resultEntry: LogId | null
}

export type NewHeldCall = Pick<HeldCall, 'entry' | 'digest' | 'callKey' | 'verdict' | 'surface' | 'at'>

export const heldCallStore = (db: Kysely<Schema>) => {
  const change = (org: OrgId, entry: LogId, set: Partial<Schema['held_calls']>) =>
    db.updateTable('held_calls').set(set).where('org', '=', org).where('entry', '=', entry).execute()

  return {
    /** A call that is held again keeps what is known of it, and has its key again. */
    async add(org: OrgId, { entry, digest, callKey, verdict, surface, at }: NewHeldCall): Promise<void> {
      await db
        .insertInto('held_calls')
        .values({ org, entry, digest, call_key: callKey, verdict, surface, at })
        .onConflict((conflict) => conflict.columns(['org', 'entry']).doUpdateSet({ call_key: callKey, at }))
        .execute()
    },

    async get(org: OrgId, entry: LogId): Promise<HeldCall | undefined> {
      const row = await db
        .selectFrom('held_calls')
        .selectAll()
        .where('org', '=', org)
        .where('entry', '=', entry)
        .executeTakeFirst()
      return row === undefined ? undefined : toHeldCall(row)
    },

    /** Lists calls that were held since a time, newest first. */
    async since(org: OrgId, at: number, most: number): Promise<HeldCall[]> {
      const rows = await db
        .selectFrom('held_calls')
        .selectAll()
        .where('org', '=', org)
        .where('at', '>=', at)
        .orderBy('at', 'desc')
        .limit(most)
        .execute()
      return rows.map(toHeldCall)
    },

    async allow(org: OrgId, entry: LogId, { at, by }: By): Promise<void> {
      await change(org, entry, { allowed_at: at, allowed_by: by, used_at: null, used_entry: null })
    },

    async use(org: OrgId, entry: LogId, { at, usedEntry }: { at: number; usedEntry: LogId }): Promise<void> {
      await change(org, entry, { used_at: at, used_entry: usedEntry })
    },

    /** Calls with this key keep everything else. */
    async release(org: OrgId, callKey: string): Promise<void> {
      await db
        .updateTable('held_calls')
        .set({ call_key: null })
        .where('org', '=', org)
        .where('call_key', '=', callKey)
        .execute()
    },

    async setResult(org: OrgId, entry: LogId, resultEntry: LogId): Promise<void> {
      await change(org, entry, { result_entry: resultEntry })
    },

    /** Forgets calls that were held before a time. */
    async forget(org: OrgId, before: number): Promise<void> {
      await db.deleteFrom('held_calls').where('org', '=', org).where('at', '<', before).execute()
    },
  }
}

function toHeldCall(row: Schema['held_calls']): HeldCall {
  return {
    entry: row.entry as LogId,
    digest: row.digest,
    callKey: row.call_key,
    verdict: row.verdict,
    surface: row.surface as Surface,
    at: row.at,
    allowedAt: row.allowed_at,
    allowedBy: row.allowed_by,
    usedAt: row.used_at,
    usedEntry: row.used_entry as LogId | null,
    resultEntry: row.result_entry as LogId | null,
  }
}
