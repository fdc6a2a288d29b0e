import type { OrgId } from '@sentinelmesh/api'
import { type RawBuilder, sql } from 'kysely'
import { DIMENSIONS, type Dimension, type RollupRow, type Rollups, type RollupStep } from '../../rollups.ts'
import { statements } from './compile.ts'
import { type Readers, rowsOf, statement } from './readers.ts'
import { MINUTE } from './rollup-keys.ts'

export function sqliteRollups(readers: Readers): Rollups {
  return {
    async keys(org, dimension, range, { limit, orderBy }) {
      const [result] = await readers.run('interactive', [
        statement(
          within(org, dimension, range)
            .select((eb) => [
              'key',
              eb.fn.sum<number>('count').as('count'),
              eb.fn.sum<number>('risk_sum').as('riskSum'),
              eb.fn.max('risk_max').as('riskMax'),
              sql<number>`max(minute) * ${sql.lit(MINUTE)}`.as('lastMinute'),
            ])
            .groupBy('key')
            .orderBy(orderBy, 'desc')
            .orderBy(orderBy === 'count' ? 'riskMax' : 'count', 'desc')
            .orderBy('key')
            .limit(limit),
        ),
      ])
      return rowsOf<RollupRow>(result)
    },

    async countKeys(org, dimension, range, silentSince) {
      const [result] = await readers.run('interactive', [
        statement(
          statements
            .selectFrom(
              within(org, dimension, range)
                .select((eb) => ['key', eb.fn.max('minute').as('last')])
                .groupBy('key')
                .as('seen'),
            )
            .select((eb) => [
              eb.fn.countAll<number>().as('keys'),
              eb.fn
                .coalesce(eb.fn.sum<number>(eb('last', '<', Math.floor(silentSince / MINUTE))), sql<number>`0`)
                .as('silent'),
            ]),
        ),
      ])
      return rowsOf<{ keys: number; silent: number }>(result)[0] ?? { keys: 0, silent: 0 }
    },

    async series(org, dimension, range, stepMinutes, only) {
      // A parameter would be a double, and 7 / 5 would be 1.4.
      const minutes = sql.lit(stepMinutes)
      const step = sql<number>`minute / ${minutes} * ${minutes} * ${sql.lit(MINUTE)}`
      let query = within(org, dimension, range)
      if (only !== undefined)
        query = query.where('key', 'in', sql<string>`(select value from json_each(${JSON.stringify(only)}))`)
      const [result] = await readers.run('interactive', [
        statement(
          query
            .select((eb) => [
              step.as('at'),
              'key',
              eb.fn.sum<number>('count').as('count'),
              eb.fn.max('risk_max').as('riskMax'),
            ])
            .groupBy(['at', 'key'])
            .orderBy('at')
            .orderBy('key'),
        ),
      ])
      return rowsOf<RollupStep>(result)
    },

    verify: (org) => verify(readers, org),
  }
}

function within(org: OrgId, dimension: Dimension, { from, to }: { readonly from: number; readonly to: number }) {
  return statements
    .selectFrom('rollups')
    .where('org', '=', org)
    .where('dimension', '=', dimension)
    .where('minute', '>=', Math.floor(from / MINUTE))
    .where('minute', '<', Math.ceil(to / MINUTE))
}

/**
 * What was purged is still counted, and no longer there to be recounted. So: no key may have less than the entries that
 * are stored, and all of a dimension together exactly what was ever stored. Where nothing was removed that makes each
 * row exact; where something was, a row may only be too large by what the others are too small.
 */
async function verify(readers: Readers, org: OrgId): Promise<string[]> {
  const differences: string[] = []
  const [heads, stored, removed] = await readers.run('search', [
    statement(statements.selectFrom('org_heads').selectAll().where('org', '=', org)),
    statement(
      statements
        .selectFrom('entries')
        .innerJoin('payloads', 'payloads.pos', 'entries.pos')
        .select((eb) => [
          eb.fn.countAll<number>().as('entries'),
          eb.fn.coalesce(eb.fn.sum<number>('size'), sql<number>`0`).as('bytes'),
        ])
        .where('org', '=', org),
    ),
    statement(
      statements
        .selectFrom('gaps')
        .select((eb) => eb.fn.coalesce(eb.fn.sum<number>(sql`to_seq - from_seq + 1`), sql<number>`0`).as('entries'))
        .where('org', '=', org),
    ),
  ])
  const [head = { head_seq: 0, entries: 0, bytes: 0 }] = rowsOf<{ head_seq: number; entries: number; bytes: number }>(
    heads,
  )
  const [count = { entries: 0, bytes: 0 }] = rowsOf<{ entries: number; bytes: number }>(stored)
  const [gone = { entries: 0 }] = rowsOf<{ entries: number }>(removed)
  if (head.entries !== count.entries)
    differences.push(`entries: the counter says ${head.entries}, stored are ${count.entries}`)
  if (head.bytes !== count.bytes) differences.push(`bytes: the counter says ${head.bytes}, stored are ${count.bytes}`)
  if (head.head_seq !== count.entries + gone.entries)
    differences.push(`seq: the head is ${head.head_seq}, stored and removed are ${count.entries + gone.entries}`)

  for (const dimension of DIMENSIONS) {
    const [result] = await readers.run('search', [statement(compare(org, dimension, gone.entries > 0))])
    for (const { minute, key, rolled, recounted } of rowsOf<Difference>(result))
      differences.push(
        `${dimension} ${JSON.stringify(key)} at minute ${minute}: rolled up ${rolled}, stored ${recounted}`,
      )
    if (dimension === 'receiver' || dimension === 'rule' || gone.entries === 0) continue
    const [total] = await readers.run('search', [
      statement(
        statements
          .selectFrom('rollups')
          .select((eb) => eb.fn.coalesce(eb.fn.sum<number>('count'), sql<number>`0`).as('count'))
          .where('org', '=', org)
          .where('dimension', '=', dimension),
      ),
    ])
    const sum = rowsOf<{ count: number }>(total)[0]?.count ?? 0
    if (sum !== head.head_seq)
      differences.push(`${dimension}: rolled up ${sum} entries, ever stored were ${head.head_seq}`)
  }
  return differences
}

interface Difference {
  readonly minute: number
  readonly key: string
  readonly rolled: string
  readonly recounted: string
}

/** Most rows of the list: past this it is clear that something is wrong. */
const DIFFERENCES = 100

function compare(org: OrgId, dimension: Dimension, some: boolean): RawBuilder<Difference> {
  const differs = some
    ? sql`r.count is null or r.count < f.count or r.risk_sum < f.risk_sum or r.risk_max < f.risk_max`
    : sql`r.count is not f.count or r.risk_sum is not f.risk_sum or r.risk_max is not f.risk_max`
  // A row that nothing is left of is fine where entries were removed.
  const join = some ? sql`found f left join rolled r` : sql`found f full join rolled r`
  return sql<Difference>`
    with rolled as (
      select minute, key, count, risk_sum, risk_max from rollups where org = ${org} and dimension = ${dimension}
    ), found as (${recount(org, dimension)})
    select coalesce(f.minute, r.minute) as minute, coalesce(f.key, r.key) as key,
      coalesce(r.count || '/' || r.risk_sum || '/' || r.risk_max, 'nothing') as rolled,
      coalesce(f.count || '/' || f.risk_sum || '/' || f.risk_max, 'nothing') as recounted
    from ${join} on f.minute = r.minute and f.key = r.key
    where ${differs}
    limit ${DIFFERENCES}`
}

function recount(org: OrgId, dimension: Dimension): RawBuilder<unknown> {
  const sums = sql`count(*) as count, sum(risk) as risk_sum, max(risk) as risk_max`
  const minute = sql`at / ${sql.lit(MINUTE)}`
  if (dimension === 'rule')
    return sql`select ${minute} as minute, m.rule_id as key, ${sums} from entries
      join (select distinct pos, rule_id from matches where org = ${org} and filtered_by is null) m using (pos) group by 1, 2`
  const key = dimension === 'all' ? sql`''` : sql.ref(dimension)
  return sql`select ${minute} as minute, ${key} as key, ${sums} from entries
    where org = ${org} and ${key} is not null group by 1, 2`
}
