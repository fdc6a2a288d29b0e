import type { OrgId } from '@sentinelmesh/api'
import { type RawBuilder, sql } from 'kysely'
import type { Dimension, RollupRow, Rollups, RollupStep } from '../../rollups.ts'
import { statements } from './compile.ts'
import { type Readers, rowsOf, statement } from './readers.ts'
import { HOUR_MINUTES, MINUTE } from './rollup-keys.ts'
import { verifyRollups } from './rollups-verify.ts'

export function sqliteRollups(readers: Readers): Rollups {
  return {
    async keys(org, dimension, range, { limit, orderBy }) {
      const [result] = await readers.run('interactive', [
        statement(
          sums(org, dimension, hoursWithin(range))
            .select((eb) => [
              'key',
              eb.fn.sum<number>('count').as('count'),
              eb.fn.sum<number>('risk_sum').as('riskSum'),
              eb.fn.max('risk_max').as('riskMax'),
              sql<number>`max(last) * ${sql.lit(MINUTE)}`.as('lastMinute'),
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
              sums(org, dimension, hoursWithin(range))
                .select((eb) => ['key', eb.fn.max('last').as('last')])
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
      const parts = stepMinutes % HOUR_MINUTES === 0 ? hoursWithin(range) : minutesWithin(range)
      let query = sums(org, dimension, parts)
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

    async busiest(org, range) {
      const [result] = await readers.run('interactive', [
        statement(
          sums(org, 'all', minutesWithin(range))
            .select(['count', sql<number>`minute * ${sql.lit(MINUTE)}`.as('at')])
            .orderBy('count', 'desc')
            .orderBy('minute')
            .limit(1),
        ),
      ])
      return rowsOf<{ at: number; count: number }>(result)[0]
    },

    verify: (org) => verifyRollups(readers, org),
  }
}

interface Range {
  readonly from: number
  readonly to: number
}

/** A part of a range, in minutes since 1970; `by` says from which table. */
interface Part {
  readonly by: 'minute' | 'hour'
  readonly from: number
  readonly to: number
}

function minutesWithin({ from, to }: Range): readonly Part[] {
  return [{ by: 'minute', from: Math.floor(from / MINUTE), to: Math.ceil(to / MINUTE) }]
}

/** Whole hours by hours, what is left at either edge by minutes. */
function hoursWithin(range: Range): readonly Part[] {
  const [{ from, to } = { from: 0, to: 0 }] = minutesWithin(range)
  const first = Math.ceil(from / HOUR_MINUTES) * HOUR_MINUTES
  const last = Math.floor(to / HOUR_MINUTES) * HOUR_MINUTES
  if (first >= last) return minutesWithin(range)
  const parts: readonly Part[] = [
    { by: 'minute', from, to: first },
    { by: 'hour', from: first, to: last },
    { by: 'minute', from: last, to },
  ]
  return parts.filter((part) => part.from < part.to)
}

interface Sums {
  readonly key: string
  readonly count: number
  readonly risk_sum: number
  readonly risk_max: number
  /** Where the row begins, and the last minute in it with an entry. */
  readonly minute: number
  readonly last: number
}

function sums(org: OrgId, dimension: Dimension, parts: readonly Part[]) {
  const rows = sql.join(
    parts.map((part) => selectPart(org, dimension, part)),
    sql` union all `,
  )
  return statements.selectFrom(sql<Sums>`(${rows})`.as('sums'))
}

function selectPart(org: OrgId, dimension: Dimension, { by, from, to }: Part): RawBuilder<unknown> {
  return by === 'minute'
    ? sql`select key, count, risk_sum, risk_max, minute, minute as last from rollups
        where org = ${org} and dimension = ${dimension} and minute >= ${from} and minute < ${to}`
    : sql`select key, count, risk_sum, risk_max, hour * ${sql.lit(HOUR_MINUTES)} as minute, last_minute as last
        from rollup_hours where org = ${org} and dimension = ${dimension}
        and hour >= ${from / HOUR_MINUTES} and hour < ${to / HOUR_MINUTES}`
}
