import type { OrgId } from '@sentinelmesh/api'
import { type RawBuilder, sql } from 'kysely'
import { type Readers, rowsOf, statement } from '../read/readers.ts'

export async function lastMatches(
  readers: Readers,
  org: OrgId,
  ruleIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const [result] = await readers.run('interactive', [statement(selectLastMatches(org, ruleIds))])
  const rows = rowsOf<{ rule: string; at: number | null }>(result)
  return new Map(rows.flatMap(({ rule, at }) => (at === null ? [] : [[rule, at] as const])))
}

/** Costs one index lookup per rule, regardless of how many matches the rule has. */
function selectLastMatches(org: OrgId, ruleIds: readonly string[]): RawBuilder<unknown> {
  return sql`
    select asked.value as rule, (
      select entries.at from matches join entries on entries.pos = matches.pos
      where matches.org = ${org} and matches.rule_id = asked.value and matches.filtered_by is null
      order by matches.seq desc limit 1
    ) as at
    from json_each(${JSON.stringify(ruleIds)}) asked`
}
