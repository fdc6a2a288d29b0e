import type { OrgId } from '@sentinelmesh/api'
import type { Kysely } from 'kysely'
import { LIMITS } from '../limits.ts'
import type { Schema } from '../schema.ts'

export interface RuleVersion {
  /** SHA-256 of the text in hex. Matches reference it. */
  readonly hash: string
  readonly ruleId: string
  readonly title: string
  readonly text: string
}

/** Versions of rules, so that an old match can still be explained after its rule has changed. */
export const ruleVersionStore = (db: Kysely<Schema>) => ({
  /** Ignores versions that are already stored. */
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

  /** The versions of one rule, newest first, without their texts. */
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

  /** Removes versions of rules that no longer exist and have no matches left. `builtin` lists ids of built-in rules. */
  async forgetUnused(org: OrgId, builtin: readonly string[]): Promise<void> {
    const rules = await db
      .selectFrom('rule_versions')
      .select('rule_id')
      .distinct()
      .where('org', '=', org)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('rules')
              .select('rules.rule_id')
              .where('rules.org', '=', org)
              .whereRef('rules.rule_id', '=', 'rule_versions.rule_id'),
          ),
        ),
      )
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('matches')
              .select('matches.rule_id')
              .where('matches.org', '=', org)
              .whereRef('matches.rule_id', '=', 'rule_versions.rule_id'),
          ),
        ),
      )
      .execute()
    const kept = new Set(builtin)
    for (const { rule_id: rule } of rules)
      if (!kept.has(rule))
        await db.deleteFrom('rule_versions').where('org', '=', org).where('rule_id', '=', rule).execute()
  },

  get: (org: OrgId, hash: string): Promise<RuleVersion | undefined> =>
    db
      .selectFrom('rule_versions')
      .select(['hash', 'rule_id as ruleId', 'title', 'text'])
      .where('org', '=', org)
      .where('hash', '=', hash)
      .executeTakeFirst(),
})
