import type { OrgId } from '@sentinelmesh/api'
import { LIMITS as API_LIMITS } from '@sentinelmesh/api/constants'
import { type RawBuilder, sql } from 'kysely'
import { LIMITS } from '../../../limits.ts'
import { DIMENSIONS, type Dimension } from '../../../rollups.ts'
import { verifyCounters } from '../integrity/verify-counters.ts'
import type { ReadResult } from '../threads/protocol.ts'
import { type Readers, rowsOf, statement } from '../read/readers.ts'
import { COARSER, DAY_MINUTES, type Grain, MINUTE, MINUTES, UPPER_MEDIUM } from './rollup-keys.ts'

/**
 * Recounts in slices. Each slice is a short read transaction, so that it compares one snapshot, blocks neither readers
 * nor the writer, and does not let the write-ahead log grow. Roll-ups still count purged entries, which cannot be
 * recounted. Nothing later than `exactFrom` can have been purged, so there the counts must be equal. Before it, no
 * roll-up may count less than is stored, and a dimension in total no more than was ever stored and not erased.
 */
export async function verifyRollups(readers: Readers, org: OrgId): Promise<string[]> {
  const findings: string[] = [...(await verifyCounters(readers, org))]
  for await (const found of differences(readers, org)) {
    if (findings.length >= LIMITS.findings) {
      findings.push(`There is more that differs; the first ${LIMITS.findings} are listed.`)
      break
    }
    findings.push(found)
  }
  return findings
}

async function* differences(readers: Readers, org: OrgId): AsyncGenerator<string> {
  yield* minuteDifferences(readers, org)
  for (const [index, grain] of COARSER.entries())
    for (const dimension of DIMENSIONS)
      yield* sumDifferences(readers, org, dimension, { grain, finer: COARSER[index - 1] ?? MINUTES })
  yield* totalDifferences(readers, org)
}

/** The minute from which roll-ups must equal the stored entries, and the oldest minute with a stored entry. */
interface Bounds {
  readonly exactFrom: number
  readonly oldest: number
}

/**
 * Purging follows arrival time, and an entry is at most `aheadMs` ahead of its arrival. So no entry later than the
 * first stored arrival plus `aheadMs` was purged.
 */
function selectBounds(org: OrgId): RawBuilder<unknown> {
  const ahead = sql.lit(API_LIMITS.aheadMs * 1_000)
  return sql`select
    case when not exists (select 1 from gaps where org = ${org} and reason not in ('erased', 'restored')) then 0
      else coalesce((select min(received_at) + ${ahead} from entries where org = ${org}) / ${sql.lit(MINUTE)} + 1, ${NEVER})
    end as exactFrom,
    coalesce((select min(at) from entries where org = ${org}) / ${sql.lit(MINUTE)}, ${NEVER}) as oldest`
}

function boundsOf(result: ReadResult | undefined): Bounds {
  return rowsOf<Bounds>(result)[0] ?? { exactFrom: NEVER, oldest: NEVER }
}

/** Later than any minute. */
const NEVER = Number.MAX_SAFE_INTEGER

interface Sums {
  readonly count: number | null
  readonly sum: number | null
  readonly max: number | null
}

interface Difference {
  readonly dimension: Dimension
  readonly minute: number
  readonly key: string
  readonly storedCount: number | null
  readonly storedSum: number | null
  readonly storedMax: number | null
  readonly rolledCount: number | null
  readonly rolledSum: number | null
  readonly rolledMax: number | null
}

async function* minuteDifferences(readers: Readers, org: OrgId): AsyncGenerator<string> {
  const [first] = await readers.run('search', [statement(selectBounds(org))])
  const { exactFrom, oldest } = boundsOf(first)
  // After a purge, roll-ups before the oldest entry need no entries.
  let from = exactFrom === 0 ? 0 : oldest
  let rows: number = LIMITS.verifySliceRows
  while (from < NEVER) {
    const to = await sliceEnd(readers, org, from, rows)
    const began = performance.now()
    const found = await compareMinutes(readers, org, from, to)
    for (const difference of found) yield toSentence(difference)
    from = to
    rows = nextRows(rows, performance.now() - began)
  }
}

function nextRows(rows: number, ms: number): number {
  if (ms > LIMITS.searchSliceMs) return Math.max(1, rows >> 1)
  return ms < LIMITS.searchSliceMs / 4 ? Math.min(rows * 2, LIMITS.verifySliceRows * 8) : rows
}

/** The end of a slice of at most `rows` entries, but at least one minute. */
async function sliceEnd(readers: Readers, org: OrgId, from: number, rows: number): Promise<number> {
  const [result] = await readers.run('search', [
    statement(
      sql`select at / ${sql.lit(MINUTE)} as minute from entries
        where org = ${org} and at >= ${from * MINUTE} order by at limit 1 offset ${rows}`,
    ),
  ])
  const last = rowsOf<{ minute: number }>(result)[0]
  return last === undefined ? NEVER : Math.max(last.minute, from + 1)
}

async function compareMinutes(readers: Readers, org: OrgId, from: number, to: number): Promise<readonly Difference[]> {
  const [bounds, different] = await readers.run('search', [
    statement(selectBounds(org)),
    statement(selectDifferences(org, from, to)),
  ])
  const { exactFrom } = boundsOf(bounds)
  if (exactFrom <= from) return rowsOf<Difference>(different)
  const [tooSmall] = await readers.run('search', [statement(selectTooSmall(org, from, Math.min(to, exactFrom)))])
  return [...rowsOf<Difference>(different), ...rowsOf<Difference>(tooSmall)]
}

/**
 * Roll-ups that differ from the stored entries, from `exactFrom` on. During an erasure, the maximum risk of some rows
 * is stale (table `unsettled`), which is not a difference.
 */
function selectDifferences(org: OrgId, from: number, to: number): RawBuilder<unknown> {
  return sql`
    with bounds as materialized (${selectBounds(org)}), found as (${recount(org, from, to)})
    select dimension, minute, key,
      max(stored_count) as storedCount, max(stored_sum) as storedSum, max(stored_max) as storedMax,
      max(rolled_count) as rolledCount, max(rolled_sum) as rolledSum, max(rolled_max) as rolledMax
    from (
      select dimension, minute, key, count as stored_count, risk_sum as stored_sum, risk_max as stored_max,
        null as rolled_count, null as rolled_sum, null as rolled_max
      from found
      union all
      select dimension, minute, key, null, null, null, count, risk_sum, risk_max from rollups
      where org = ${org} and dimension in (${sql.join(DIMENSIONS)})
        and minute >= max(${from}, (select exactFrom from bounds)) and minute < ${to}
    ) as sums
    where minute >= (select exactFrom from bounds)
    group by dimension, minute, key
    having rolledCount is not storedCount or rolledSum is not storedSum or (rolledMax is not storedMax
      and not exists (select 1 from unsettled u
        where u.org = ${org} and u.minute = sums.minute and u.dimension = sums.dimension and u.key = sums.key))
    limit ${LIMITS.findings + 1}`
}

/** Roll-ups that count less than is stored, which is wrong regardless of purges. */
function selectTooSmall(org: OrgId, from: number, to: number): RawBuilder<unknown> {
  return sql`
    with found as (${recount(org, from, to)})
    select f.dimension, f.minute, f.key, f.count as storedCount, f.risk_sum as storedSum, f.risk_max as storedMax,
      r.count as rolledCount, r.risk_sum as rolledSum, r.risk_max as rolledMax
    from found f left join rollups r
      on r.org = ${org} and r.dimension = f.dimension and r.minute = f.minute and r.key = f.key
    where r.count is null or r.count < f.count or r.risk_sum < f.risk_sum or r.risk_max < f.risk_max
    limit ${LIMITS.findings + 1}`
}

function recount(org: OrgId, from: number, to: number): RawBuilder<unknown> {
  const sums = sql`count(*) as count, sum(risk) as risk_sum, max(risk) as risk_max from stored`
  const until = to === NEVER ? sql`` : sql`and at < ${to * MINUTE}`
  return sql`
    with stored as materialized (
      select pos, at / ${sql.lit(MINUTE)} as minute, sender, receiver, kind, band, risk from entries
      where org = ${org} and at >= ${from * MINUTE} ${until}
    )
    select 'all' as dimension, minute, '' as key, ${sums} group by minute
    union all select 'sender', minute, sender, ${sums} group by minute, sender
    union all select 'receiver', minute, receiver, ${sums} where receiver is not null group by minute, receiver
    union all select 'kind', minute, kind, ${sums} group by minute, kind
    union all select 'band', minute, band, ${sums} group by minute, band
    union all select 'upper_medium', minute, '', ${sums}
      where band = 'medium' and risk >= ${sql.lit(UPPER_MEDIUM)} group by minute
    union all select 'rule', minute, rule_id, ${sums} join (
      select distinct pos, rule_id from matches where pos in (select pos from stored) and filtered_by is null
    ) using (pos) group by minute, rule_id`
}

/** A grain, whose rows are compared with the sums of the next finer one. */
interface Pair {
  readonly grain: Grain
  readonly finer: Grain
}

interface SumDifference {
  readonly at: number
  readonly key: string
  readonly count: number | null
  readonly sum: number | null
  readonly max: number | null
  readonly last: number | null
  readonly finerCount: number | null
  readonly finerSum: number | null
  readonly finerMax: number | null
  readonly finerLast: number | null
}

async function* sumDifferences(readers: Readers, org: OrgId, dimension: Dimension, pair: Pair): AsyncGenerator<string> {
  const column = sql.ref(pair.finer.column)
  const each = pair.grain.minutes / pair.finer.minutes
  let from = 0
  let rows: number = LIMITS.verifySliceRows
  while (from < NEVER) {
    const [last] = await readers.run('search', [
      statement(
        sql`select ${column} / ${sql.lit(each)} as at from ${sql.table(pair.finer.table)}
          where org = ${org} and dimension = ${dimension} and ${column} >= ${from * each}
          order by ${column} limit 1 offset ${rows}`,
      ),
    ])
    const to = Math.max(rowsOf<{ at: number }>(last)[0]?.at ?? NEVER, from + 1)
    const began = performance.now()
    const [result] = await readers.run('search', [statement(selectSumDifferences(org, dimension, pair, { from, to }))])
    for (const row of rowsOf<SumDifference>(result)) yield toSumSentence(dimension, pair, row)
    from = to
    rows = nextRows(rows, performance.now() - began)
  }
}

/**
 * Rows that are not the sums of the finer grain. Old roll-ups are removed in slices, separately for each grain. So
 * before the oldest entry, either side may be missing, and the first row may have lost some of the rows that it sums.
 */
function selectSumDifferences(
  org: OrgId,
  dimension: Dimension,
  { grain, finer }: Pair,
  { from, to }: { readonly from: number; readonly to: number },
): RawBuilder<unknown> {
  const column = sql.ref(grain.column)
  const finerColumn = sql.ref(finer.column)
  const finerLast = sql.ref(finer.minutes > 1 ? 'last_minute' : finer.column)
  const each = grain.minutes / finer.minutes
  const at = sql`${finerColumn} / ${sql.lit(each)}`
  const [finerUntil, until] =
    to === NEVER ? [sql``, sql``] : [sql`and ${finerColumn} < ${to * each}`, sql`and ${column} < ${to}`]
  const isRolledUp =
    grain.minutes < DAY_MINUTES
      ? sql`true`
      : sql`at < (select until from rolled_days where org = ${org} and dimension = ${dimension})`
  const finerRows = sql`from ${sql.table(finer.table)} where org = ${org} and dimension = ${dimension}`
  return sql`
    with bounds as materialized (${selectBounds(org)}), first as materialized (
      select min(${finerColumn}) / ${sql.lit(each)} as at ${finerRows}
    )
    select at, key, max(own_count) as count, max(own_sum) as sum, max(own_max) as max, max(own_last) as last,
      max(finer_count) as finerCount, max(finer_sum) as finerSum, max(finer_max) as finerMax,
      max(finer_last) as finerLast
    from (
      select ${column} as at, key, count as own_count, risk_sum as own_sum, risk_max as own_max, last_minute as own_last,
        null as finer_count, null as finer_sum, null as finer_max, null as finer_last
      from ${sql.table(grain.table)}
      where org = ${org} and dimension = ${dimension} and ${column} >= ${from} ${until}
      union all
      select ${at}, key, null, null, null, null, sum(count), sum(risk_sum), max(risk_max), max(${finerLast})
      ${finerRows} and ${finerColumn} >= ${from * each} ${finerUntil}
      group by 1, 2
    )
    group by at, key
    having (max(own_count) is not finerCount or max(own_sum) is not finerSum or max(own_max) is not finerMax
        or max(own_last) is not finerLast)
      and ((select exactFrom from bounds) = 0 or at > (select oldest / ${sql.lit(grain.minutes)} from bounds)
        or (max(own_count) is not null and finerCount is not null and at > (select at from first)))
      and (max(own_count) is not null or ${isRolledUp})
    limit ${LIMITS.findings + 1}`
}

/** Dimensions that count each entry once must not count more entries than were ever stored here and not erased. */
async function* totalDifferences(readers: Readers, org: OrgId): AsyncGenerator<string> {
  for (const dimension of ['all', 'sender', 'kind', 'band'] as const) {
    const [result] = await readers.run('search', [
      statement(sql`select
        (select coalesce(sum(count), 0) from rollup_hours where org = ${org} and dimension = ${dimension}) as rolled,
        coalesce((select head_seq from org_heads where org = ${org}), 0)
          - (select coalesce(sum(to_seq - from_seq + 1), 0) from gaps
            where org = ${org} and reason in ('erased', 'restored')) as ever`),
    ])
    const { rolled, ever } = rowsOf<{ rolled: number; ever: number }>(result)[0] ?? { rolled: 0, ever: 0 }
    if (rolled > ever)
      yield `The roll-ups by ${dimension} count ${rolled} entries together, and only ${ever} were ever stored and not erased.`
  }
}

function toSentence(found: Difference): string {
  const { dimension, minute, key } = found
  const rolled = sumsOf({ count: found.rolledCount, sum: found.rolledSum, max: found.rolledMax })
  const stored = sumsOf({ count: found.storedCount, sum: found.storedSum, max: found.storedMax })
  return `The roll-up of ${nameOf(dimension, key)} at ${minuteText(minute)} has ${rolled}; a recount of the stored entries gives ${stored}.`
}

function toSumSentence(dimension: Dimension, { grain, finer }: Pair, found: SumDifference): string {
  const { count, sum, max, last } = found
  const rolled = sumsOf({ count, sum, max }, last)
  const sums = sumsOf({ count: found.finerCount, sum: found.finerSum, max: found.finerMax }, found.finerLast)
  return `The roll-up by ${grain.column} of ${nameOf(dimension, found.key)} at ${minuteText(found.at * grain.minutes)} has ${rolled}; its ${finer.column}s add up to ${sums}.`
}

const nameOf = (dimension: Dimension, key: string) => (key === '' ? dimension : `${dimension} ${JSON.stringify(key)}`)
const minuteText = (minute: number) => `${new Date((minute * MINUTE) / 1_000).toISOString().slice(0, 16)}Z`

function sumsOf({ count, sum, max }: Sums, last: number | null = null): string {
  if (count === null) return 'nothing'
  const until = last === null ? '' : `, the last at ${minuteText(last)}`
  return `${count} ${count === 1 ? 'entry' : 'entries'} (risks: sum ${sum}, highest ${max})${until}`
}
