import type { OrgId } from '@sentinelmesh/api'
import type { Kysely } from 'kysely'
import { LIMITS } from '../limits.ts'
import type { Schema } from '../schema.ts'

export interface RuleVersion {
  /** SHA-256 of the text, hex: what a match names. */
  readonly hash: string
  readonly ruleId: string
  readonly title: string
  readonly text: string
}

/** Rules as they were, so that an old match can still be read after its rule has changed. */
export const ruleVersionStore = (db: Kysely<Schema>) => ({
  /** Those that are known already stay as they are. */
  async remember(org: OrgId, versions: readonly RuleVersion[], at: number): Promise<void> {
    if (versions.length === 0) return
    await db
      .insertInto('rule_versions')
      .values(
        versions.map(({ hash, ruleId, title, text }) => ({
          org,
          hash,
          rule_id: ruleId,
          title,
          text,
          first_seen_at: at,
        })),
      )
      .onConflict((conflict) => conflict.columns(['org', 'hash']).doNothing())
      .execute()
  },

  /** Of one rule, newest first, without their texts. */
  of: (
    org: OrgId,
    ruleId: string,
  ): Promise<{ readonly hash: string; readonly title: string; readonly firstSeenAt: number }[]> =>
    db
      .selectFrom('rule_versions')
      .select(['hash', 'title', 'first_seen_at as firstSeenAt'])
      .where('org', '=', org)
      .where('rule_id', '=', ruleId)
      .orderBy('first_seen_at', 'desc')
      .orderBy('hash')
      .limit(LIMITS.versionsListed)
      .execute(),

  get: (org: OrgId, hash: string): Promise<RuleVersion | undefined> =>
    db
      .selectFrom('rule_versions')
      .select(['hash', 'rule_id as ruleId', 'title', 'text'])
      .where('org', '=', org)
      .where('hash', '=', hash)
      .executeTakeFirst(),
})
