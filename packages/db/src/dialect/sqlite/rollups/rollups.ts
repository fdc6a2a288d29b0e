import type { OrgId } from '@sentinelmesh/api'
import { type RawBuilder, sql } from 'kysely'
import type { Dimension, RollupRow, Rollups, RollupStep } from '../../../rollups.ts'
import { statements } from '../connection/statements.ts'
import { type Lane, type Readers, rowsOf, statement } from '../read/readers.ts'
import { DAY_MINUTES, type Grain, GRAINS, HOURS, MINUTE, MINUTES } from './rollup-keys.ts'
import { verifyRollups } from './verify-rollups.ts'

export function sqliteRollups(readers: Readers): Rollups {
  return {
    async keys(org, dimension, range, { limit, orderBy }) {
      const query = ranked(org, dimension, range, orderBy).limit(limit)
      const [result] = await readers.forOrg(org).run(laneOf(dimension), [statement(query)])
      return rowsOf<RollupRow>(result)
    },

    async ranking(org, dimension, range, { limit, orderBy, silentSince }) {
      // Window functions over the groups, so that the range is scanned once.
      const query = ranked(org, dimension, range, orderBy)
        .select([
          sql<number>`count(*) over ()`.as('keys'),
          sql<number>`sum(max(last) < ${Math.floor(silentSince / MINUTE)}) over ()`.as('silent'),
        ])
        .limit(Math.max(1, limit))
      const [result] = await readers.forOrg(org).run(laneOf(dimension), [statement(query)])
      const found = rowsOf<RollupRow & { keys: number; silent: number }>(result)
      const [{ keys, silent } = { keys: 0, silent: 0 }] = found
      const rows = found.slice(0, limit).map(({ key, count, riskSum, riskMax, lastMinute }) => ({
        key,
        count,
        riskSum,
        riskMax,
        lastMinute,
      }))
      return { rows, keys, silent }
    },

    async series(org, dimension, range, stepMinutes, only) {
      // A literal: a parameter would be bound as a double, and 7 / 5 would be 1.4.
      const minutes = sql.lit(stepMinutes)
      const step = sql<number>`minute / ${minutes} * ${minutes} * ${sql.lit(MINUTE)}`
      const parts = partsOf(
        range,
        GRAINS.filter((grain) => stepMinutes % grain.minutes === 0),
      )
      const [result] = await readers.forOrg(org).run('interactive', [
        statement(
          sums(org, dimension, parts, only)
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
      const [result] = await readers.forOrg(org).run('interactive', [
        statement(
          sums(org, 'all', partsOf(range, [MINUTES]))
            .select(['count', sql<number>`minute * ${sql.lit(MINUTE)}`.as('at')])
            .orderBy('count', 'desc')
            .orderBy('minute')
            .limit(1),
        ),
      ])
      return rowsOf<{ at: number; count: number }>(result)[0]
    },

    verify: (org) => verifyRollups(readers.forOrg(org), org),
  }
}

interface Range {
  readonly from: number
  readonly to: number
}

/** A part of a range, in minutes since 1970, and the grain to read it from. */
interface Part {
  readonly grain: Grain
  readonly from: number
  readonly to: number
}

/** `grains` starts with minutes and ends with the coarsest grain that can be read. */
function partsOf({ from, to }: Range, grains: readonly Grain[]): readonly Part[] {
  return split({ from: Math.floor(from / MINUTE), to: Math.ceil(to / MINUTE) }, grains)
}

/** Reads the whole steps of the coarsest grain from it, and the remainder at each end from finer grains. */
function split({ from, to }: Range, grains: readonly Grain[]): readonly Part[] {
  const grain = grains.at(-1) ?? MINUTES
  const finer = grains.slice(0, -1)
  if (finer.length === 0) return [{ grain, from, to }]
  const first = Math.ceil(from / grain.minutes) * grain.minutes
  const last = Math.floor(to / grain.minutes) * grain.minutes
  if (first >= last) return split({ from, to }, finer)
  return [
    ...(from < first ? split({ from, to: first }, finer) : []),
    { grain, from: first, to: last },
    ...(last < to ? split({ from: last, to }, finer) : []),
  ]
}

interface Sums {
  readonly key: string
  readonly count: number
  readonly risk_sum: number
  readonly risk_max: number
  /** The row's first minute, and its last minute with an entry. */
  readonly minute: number
  readonly last: number
}

function sums(org: OrgId, dimension: Dimension, parts: readonly Part[], only?: readonly string[]) {
  const rows = sql.join(
    parts.map((part) => selectPart(org, dimension, part, only)),
    sql` union all `,
  )
  return statements.selectFrom(sql<Sums>`(${rows})`.as('sums'))
}

function ranked(org: OrgId, dimension: Dimension, range: Range, orderBy: 'count' | 'riskMax') {
  return sums(org, dimension, partsOf(range, GRAINS))
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
}

/** The number of names that reporters choose is unlimited, and sorting them must not delay quick reads. */
function laneOf(dimension: Dimension): Lane {
  return dimension === 'sender' || dimension === 'receiver' ? 'search' : 'interactive'
}

function selectPart(
  org: OrgId,
  dimension: Dimension,
  { grain, from, to }: Part,
  only: readonly string[] | undefined,
): RawBuilder<unknown> {
  const of = { org, dimension, only }
  // Literals: a parameter would be bound as a double and make the results doubles.
  const at = (minute: number, { minutes }: Grain = grain) => sql`${sql.lit(minute / minutes)}`
  if (grain.minutes < DAY_MINUTES) return selectRows(of, grain, { from: at(from), to: at(to) })
  // Days that are not rolled up yet are read from hours.
  const until = sql`coalesce((select until from rolled_days where org = ${org} and dimension = ${dimension}), 0)`
  const hours = { from: sql`max(${at(from, HOURS)}, ${until} * 24)`, to: at(to, HOURS) }
  return sql`${selectRows(of, grain, { from: at(from), to: sql`min(${at(to)}, ${until})` })}
    union all ${selectRows(of, HOURS, hours)}`
}

interface Keys {
  readonly org: OrgId
  readonly dimension: Dimension
  readonly only: readonly string[] | undefined
}

/** Bounds in units of the grain's column; `to` is exclusive. */
interface Bounds {
  readonly from: RawBuilder<unknown>
  readonly to: RawBuilder<unknown>
}

function selectRows({ org, dimension, only }: Keys, grain: Grain, bounds: Bounds): RawBuilder<unknown> {
  const { minutes } = grain
  const column = sql.ref(grain.column)
  const storedRows = sql`from ${sql.table(grain.table)} where org = ${org} and dimension = ${dimension}`
  const last = sql.ref(minutes === 1 ? 'minute' : 'last_minute')
  // Given names are few and looked up. Without names, the number of rows is unlimited.
  const deadlineCheck = laneOf(dimension) === 'search' && only === undefined ? sql`and past_deadline() = 0` : sql``
  return sql`select key, count, risk_sum, risk_max, ${column} * ${sql.lit(minutes)} as minute, ${last} as last ${storedRows}
    and ${inBounds(column, storedRows, bounds, only)} ${deadlineCheck}`
}

/**
 * A few keys are looked up row by row, so that thousands of other keys in the same hour are not read. An open-ended
 * range has millions of hours, so lookups are limited to the hours between the first and the last stored one.
 */
function inBounds(
  column: RawBuilder<unknown>,
  storedRows: RawBuilder<unknown>,
  { from, to }: Bounds,
  only: readonly string[] | undefined,
): RawBuilder<unknown> {
  const range = sql`${column} >= ${from} and ${column} < ${to}`
  if (only === undefined) return range
  const keys = sql`key in (select value from json_each(${JSON.stringify(only)}))`
  if (only.length > MAX_LOOKUP_KEYS) return sql`${range} and ${keys}`
  return sql`${column} in (
      with recursive step(at, last) as (
        select max(${from}, (select min(${column}) ${storedRows})), min(${to} - 1, (select max(${column}) ${storedRows}))
        union all select at + 1, last from step where at < last
      )
      select at from step where at <= last
    ) and ${keys}`
}

const MAX_LOOKUP_KEYS = 16
