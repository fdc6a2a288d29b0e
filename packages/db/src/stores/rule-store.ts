import type { OrgId } from '@sentinelmesh/api'
import { type Kysely, sql } from 'kysely'
import { chunksOf } from './chunks.ts'
import type { Schema } from '../schema.ts'

/** One of an org's own documents, with its text. Times are microseconds. */
export interface RuleRecord {
  readonly ruleId: string
  readonly kind: 'rule' | 'correlation' | 'filter'
  readonly hash: string
  readonly title: string
  readonly text: string
  readonly origin: 'own' | 'import'
  readonly importId: string | null
  readonly file: string | null
  readonly confirmedAt: number | null
  readonly confirmedBy: string | null
  readonly createdAt: number
  readonly createdBy: string
  readonly updatedAt: number
  readonly updatedBy: string
}

export type NewRule = Pick<RuleRecord, 'ruleId' | 'kind' | 'hash' | 'title' | 'text' | 'origin' | 'importId' | 'file'>

/** The author and the time of a change. */
export interface By {
  readonly at: number
  readonly by: string
}

/** `ruleVersionStore.remember` must store a text before the row that references it, in the same transaction. */
export const ruleStore = (db: Kysely<Schema>) => ({
  /** Ordered by id. */
  list: (org: OrgId): Promise<RuleRecord[]> => select(db, org).orderBy('rules.rule_id').execute(),

  get: (org: OrgId, ruleId: string): Promise<RuleRecord | undefined> =>
    select(db, org).where('rules.rule_id', '=', ruleId).executeTakeFirst(),

  /** The documents with these ids that exist. */
  async among(org: OrgId, ruleIds: readonly string[]): Promise<RuleRecord[]> {
    const found = chunksOf(ruleIds).map((chunk) => select(db, org).where('rules.rule_id', 'in', chunk).execute())
    return (await Promise.all(found)).flat()
  },

  /** The number of documents and their total length in UTF-16 units. */
  async totals(org: OrgId): Promise<{ readonly rules: number; readonly chars: number }> {
    const row = await db
      .selectFrom('rules')
      .select((eb) => [
        eb.fn.countAll<number>().as('rules'),
        eb.fn.coalesce(eb.fn.sum<number>('chars'), sql<number>`0`).as('chars'),
      ])
      .where('org', '=', org)
      .executeTakeFirst()
    return row ?? { rules: 0, chars: 0 }
  },

  /** Throws a constraint violation if one of the ids is taken. */
  async insert(org: OrgId, rules: readonly NewRule[], { at, by }: By): Promise<void> {
    if (rules.length === 0) return
    await db
      .insertInto('rules')
      .values(
        rules.map(({ ruleId, kind, hash, title, text, origin, importId, file }) => ({
          org,
          rule_id: ruleId,
          kind,
          hash,
          title,
          chars: text.length,
          origin,
          import_id: importId,
          file,
          created_at: at,
          created_by: by,
          updated_at: at,
          updated_by: by,
        })),
      )
      .execute()
  },

  /** Replaces the version `expected`. Returns false if that is no longer the current version. */
  async replace(org: OrgId, rule: NewRule, expected: string, { at, by }: By): Promise<boolean> {
    const { ruleId, kind, hash, title, text, origin, importId, file } = rule
    const { numUpdatedRows } = await db
      .updateTable('rules')
      .set({
        kind,
        hash,
        title,
        chars: text.length,
        origin,
        import_id: importId,
        file,
        updated_at: at,
        updated_by: by,
        // The confirmation applied to the previous text.
        confirmed_at: null,
        confirmed_by: null,
      })
      .where('org', '=', org)
      .where('rule_id', '=', ruleId)
      .where('hash', '=', expected)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },

  /** Keeps the document's versions, because matches reference them. */
  async remove(org: OrgId, ruleId: string, expected: string): Promise<boolean> {
    const { numDeletedRows } = await db
      .deleteFrom('rules')
      .where('org', '=', org)
      .where('rule_id', '=', ruleId)
      .where('hash', '=', expected)
      .executeTakeFirst()
    return numDeletedRows > 0n
  },

  /** Returns the ids that were not confirmed before. */
  async confirm(org: OrgId, ruleIds: readonly string[], { at, by }: By): Promise<string[]> {
    const confirmed: string[] = []
    for (const chunk of chunksOf(ruleIds)) {
      const rows = await db
        .updateTable('rules')
        .set({ confirmed_at: at, confirmed_by: by })
        .where('org', '=', org)
        .where('kind', '=', 'filter')
        .where('origin', '=', 'import')
        .where('confirmed_at', 'is', null)
        .where('rule_id', 'in', chunk)
        .returning('rule_id')
        .execute()
      confirmed.push(...rows.map(({ rule_id }) => rule_id))
    }
    return confirmed.toSorted()
  },
})

function select(db: Kysely<Schema>, org: OrgId) {
  return db
    .selectFrom('rules')
    .innerJoin('rule_versions', (join) =>
      join.onRef('rule_versions.org', '=', 'rules.org').onRef('rule_versions.hash', '=', 'rules.hash'),
    )
    .select([
      'rules.rule_id as ruleId',
      'rules.kind',
      'rules.hash',
      'rules.title',
      'rule_versions.text',
      'rules.origin',
      'rules.import_id as importId',
      'rules.file',
      'rules.confirmed_at as confirmedAt',
      'rules.confirmed_by as confirmedBy',
      'rules.created_at as createdAt',
      'rules.created_by as createdBy',
      'rules.updated_at as updatedAt',
      'rules.updated_by as updatedBy',
    ])
    .where('rules.org', '=', org)
}
