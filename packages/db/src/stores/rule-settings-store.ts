import type { OrgId } from '@sentinelmesh/api'
import type { Level } from '@sentinelmesh/rules/risk'
import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'
import type { By } from './rule-store.ts'

/** The measured cost for which a rule was quarantined. */
export interface Quarantine {
  readonly reason: string
  /** The longest of the measured times, and the time allowed for an entry of that size. */
  readonly micros: number
  readonly budgetMicros: number
  readonly payloadBytes: number
  readonly strikes: number
  /** Set if steps were counted instead of time: the steps and the limit that they exceeded. `micros` is then 0. */
  readonly steps?: number
  readonly limit?: string
  readonly allowed?: number
}

/** An org's settings for one of its own rules or a built-in rule. */
export interface RuleSettings {
  readonly ruleId: string
  readonly enabled: boolean
  /** Null means the level of the document. */
  readonly level: Level | null
  readonly points: number | null
  readonly quarantine: (Quarantine & { readonly at: number }) | null
  readonly updatedAt: number
  readonly updatedBy: string
}

export type SettingsChange = Partial<Pick<RuleSettings, 'enabled' | 'level' | 'points'>>

export const ruleSettingsStore = (db: Kysely<Schema>) => ({
  async list(org: OrgId): Promise<RuleSettings[]> {
    const rows = await db.selectFrom('rule_settings').selectAll().where('org', '=', org).orderBy('rule_id').execute()
    return rows.map((row) => ({
      ruleId: row.rule_id,
      enabled: row.enabled === 1,
      level: row.level as Level | null,
      points: row.points,
      quarantine:
        row.quarantined_at === null || row.quarantine === null
          ? null
          : { ...(JSON.parse(row.quarantine) as Quarantine), at: row.quarantined_at },
      updatedAt: row.updated_at,
      updatedBy: row.updated_by,
    }))
  },

  /** Omitted settings stay unchanged. */
  async change(org: OrgId, ruleId: string, { enabled, ...change }: SettingsChange, { at, by }: By): Promise<void> {
    const set = { ...change, ...(enabled === undefined ? {} : { enabled: enabled ? 1 : 0 }) }
    await db
      .insertInto('rule_settings')
      .values({ org, rule_id: ruleId, enabled: 1, ...set, updated_at: at, updated_by: by })
      .onConflict((conflict) =>
        conflict.columns(['org', 'rule_id']).doUpdateSet({ ...set, updated_at: at, updated_by: by }),
      )
      .execute()
  },

  /** Null ends the quarantine. */
  async quarantine(org: OrgId, ruleId: string, quarantine: Quarantine | null, { at, by }: By): Promise<void> {
    const set = {
      quarantined_at: quarantine === null ? null : at,
      quarantine: quarantine === null ? null : JSON.stringify(quarantine),
      updated_at: at,
      updated_by: by,
    }
    await db
      .insertInto('rule_settings')
      .values({ org, rule_id: ruleId, enabled: 1, ...set })
      .onConflict((conflict) => conflict.columns(['org', 'rule_id']).doUpdateSet(set))
      .execute()
  },

  /** Call it when the rule is removed. */
  async remove(org: OrgId, ruleId: string): Promise<void> {
    await db.deleteFrom('rule_settings').where('org', '=', org).where('rule_id', '=', ruleId).execute()
  },
})
