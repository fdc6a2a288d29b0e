import { type RawBuilder, sql } from 'kysely'
import { expect, test } from 'vitest'
import { LIMITS } from '../../limits.ts'
import { aMatch, anEntry, NEW_YEAR, SECOND, times } from '../../testing/entries.ts'
import { rollupsConformance } from '../../testing/rollups.conformance.ts'
import { temporaryStore } from '../../testing/temporary-store.ts'

rollupsConformance('SQLite', () => temporaryStore())

const MINUTE = 60 * SECOND

/** Some minutes of two hours, of which the first entries can be purged. */
async function aStore() {
  const db = await temporaryStore()
  const org = await db.anOrg()
  await db.logs.append(
    org,
    times(90, (n) =>
      anEntry({
        at: NEW_YEAR + n * MINUTE,
        receivedAt: NEW_YEAR + n * MINUTE,
        sender: `agent.${n % 3}`,
        risk: n,
        band: n > 60 ? 'high' : 'low',
        matches: n % 10 === 0 ? [aMatch({ ruleId: 'r2' })] : [],
      }),
    ),
  )
  return { db, org, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() }
}

/** What is done to the roll-ups, and how the one sentence begins that must say so. */
const WRONG: readonly (readonly [change: RawBuilder<unknown>, found: string])[] = [
  [
    sql`update rollups set count = count + 1 where dimension = 'kind' and minute = ${NEW_YEAR / MINUTE + 70}`,
    'The roll-up of kind "message" at 2026-01-01T01:10Z has 2 entries (risks: sum 70, highest 70); a recount of the stored entries gives 1 entry (risks: sum 70, highest 70).',
  ],
  [
    sql`update rollups set risk_max = 100 where dimension = 'rule' and minute = ${NEW_YEAR / MINUTE + 70}`,
    'The roll-up of rule "r2" at 2026-01-01T01:10Z has',
  ],
  [
    sql`delete from rollups where dimension = 'sender' and minute = ${NEW_YEAR / MINUTE + 70}`,
    'The roll-up of sender "agent.1" at 2026-01-01T01:10Z has nothing; a recount',
  ],
  [
    sql`insert into rollups select org, dimension, minute, 'nobody', 1, 0, 0 from rollups
      where dimension = 'band' and minute = ${NEW_YEAR / MINUTE + 70}`,
    'The roll-up of band "nobody" at 2026-01-01T01:10Z has 1 entry',
  ],
  [
    sql`update rollup_hours set risk_sum = risk_sum - 1 where dimension = 'all' and hour = ${NEW_YEAR / MINUTE / 60 + 1}`,
    'The roll-up by hour of all at 2026-01-01T01:00Z has 30 entries',
  ],
  [
    sql`update rollup_hours set last_minute = last_minute - 1
      where dimension = 'rule' and hour = ${NEW_YEAR / MINUTE / 60 + 1}`,
    'The roll-up by hour of rule "r2" at 2026-01-01T01:00Z has 3 entries',
  ],
  [
    sql`delete from rollup_hours where dimension = 'band' and key = 'high'`,
    'The roll-up by hour of band "high" at 2026-01-01T01:00Z has nothing',
  ],
  [
    sql`update rollup_days set risk_max = 100 where dimension = 'all'`,
    'The roll-up by day of all at 2026-01-01T00:00Z has 90 entries (risks: sum 4005, highest 100), the last at 2026-01-01T01:29Z; its hours add up to 90 entries (risks: sum 4005, highest 89), the last at 2026-01-01T01:29Z.',
  ],
  [
    sql`insert into rollup_days select org, dimension, day + 1, key, 1, 0, 0, last_minute from rollup_days
      where dimension = 'kind'`,
    'The roll-up by day of kind "message" at 2026-01-02T00:00Z has 1 entry',
  ],
  [sql`update org_heads set entries = entries - 1`, 'The counter says that 89 entries are stored; there are 90.'],
  [sql`update org_heads set bytes = bytes + 1`, 'The counter says that payloads have 451 bytes; they have 450.'],
]

test('a recount names the roll-up, of whichever grain, or the counter that is wrong', async () => {
  for (const [change, found] of WRONG) {
    await using store = await aStore()
    const { db, org } = store
    await db.transaction((tx) => change.execute(tx))
    const findings = await db.rollups.verify(org)
    expect(findings[0]).toContain(found)
    // What is wrong differs from what it is summed up in too.
    expect(findings.length).toBeLessThanOrEqual(2)
  }
})

test('an entry that is missing is named by its position', async () => {
  await using store = await aStore()
  const { db, org } = store
  await db.transaction((tx) => sql`delete from entries where seq = 17`.execute(tx))
  const [first] = await db.rollups.verify(org)
  expect(first).toBe(
    'Of the positions 1 to 90, 89 are stored and 0 are recorded as removed; that should be 90 together.',
  )
})

test('after a purge a roll-up may have more than is stored, never less, and together no more than was ever stored', async () => {
  await using store = await aStore()
  const { db, org } = store
  expect(await db.logs.purge(org, NEW_YEAR + 10 * MINUTE, 100)).toBe(10)
  expect(await db.rollups.verify(org)).toEqual([])
  const minute = NEW_YEAR / MINUTE + 70
  await db.transaction((tx) =>
    sql`update rollups set count = 0 where dimension = 'kind' and minute = ${minute}`.execute(tx),
  )
  expect((await db.rollups.verify(org))[0]).toContain(
    'The roll-up of kind "message" at 2026-01-01T01:10Z has 0 entries',
  )
  await db.transaction(async (tx) => {
    await sql`update rollups set count = 12 where dimension = 'kind' and minute = ${minute}`.execute(tx)
    await sql`update rollup_hours set count = count + 11 where dimension = 'kind' and hour = ${Math.floor(minute / 60)}`.execute(
      tx,
    )
    await sql`update rollup_days set count = count + 11 where dimension = 'kind'`.execute(tx)
  })
  expect(await db.rollups.verify(org)).toEqual([
    'The roll-ups by kind count 101 entries together, and only 90 were ever stored and not erased.',
  ])
})

test('where nothing can have been purged a recount is exact although something was', async () => {
  await using store = await aStore()
  const { db, org } = store
  const nextYear = NEW_YEAR + 365 * 24 * 60 * MINUTE
  await db.logs.append(org, [anEntry({ at: nextYear, receivedAt: nextYear })])
  await db.logs.purge(org, NEW_YEAR + 1_000 * MINUTE, 50)
  await db.logs.purge(org, NEW_YEAR + 1_000 * MINUTE, 50)
  const later = nextYear + 48 * 60 * MINUTE
  await db.logs.append(org, [anEntry({ at: later, receivedAt: later })])
  expect(await db.rollups.verify(org)).toEqual([])
  await db.transaction((tx) =>
    sql`update rollups set count = 2 where dimension = 'kind' and minute = ${later / MINUTE}`.execute(tx),
  )
  expect((await db.rollups.verify(org))[0]).toContain(
    'The roll-up of kind "message" at 2027-01-03T00:00Z has 2 entries',
  )
})

test('roll-ups that were removed because they are older than every entry are not missed', async () => {
  await using store = await aStore()
  const { db, org } = store
  await db.logs.purge(org, NEW_YEAR + 70 * MINUTE, 100)
  for (const minute of [30, 70]) {
    await db.transaction((tx) => sql`delete from rollups where minute < ${NEW_YEAR / MINUTE + minute}`.execute(tx))
    expect(await db.rollups.verify(org)).toEqual([])
  }
  await db.transaction((tx) => sql`delete from rollup_hours where hour <= ${NEW_YEAR / MINUTE / 60}`.execute(tx))
  expect(await db.rollups.verify(org)).toEqual([])
  await db.transaction((tx) => sql`delete from rollups where minute < ${NEW_YEAR / MINUTE + 71}`.execute(tx))
  expect(await db.rollups.verify(org)).not.toEqual([])
})

test('a recount says so when there is more that differs than it lists', async () => {
  await using store = await aStore()
  const { db, org } = store
  await db.transaction((tx) => sql`update rollups set count = count + 1`.execute(tx))
  const findings = await db.rollups.verify(org)
  expect(findings).toHaveLength(101)
  expect(findings.at(-1)).toBe('There is more that differs; the first 100 are listed.')
})

test('what is wrong is found in whichever slice it lies, and nothing else is', async () => {
  await using db = await temporaryStore()
  const org = await db.anOrg()
  const entries = 3 * LIMITS.verifySliceRows
  for (let first = 0; first < entries; first += 1_024)
    await db.logs.append(
      org,
      times(1_024, (n) => anEntry({ at: NEW_YEAR + (first + n) * SECOND, sender: `agent.${(first + n) % 97}` })),
    )
  expect(await db.rollups.verify(org)).toEqual([])
  for (const minute of [0, Math.floor(entries / 120), Math.floor((entries - 1) / 60)]) {
    const at = NEW_YEAR / MINUTE + minute
    const change = (by: number) =>
      db.transaction((tx) =>
        sql`update rollups set risk_sum = risk_sum + ${by} where dimension = 'kind' and minute = ${at}`.execute(tx),
      )
    await change(1)
    expect(await db.rollups.verify(org)).toEqual([
      expect.stringContaining('The roll-up of kind "message" at'),
      expect.stringContaining('The roll-up by hour of kind "message" at'),
    ])
    await change(-1)
  }
  await db.transaction((tx) => sql`delete from entries where seq = ${entries - 1}`.execute(tx))
  expect((await db.rollups.verify(org))[0]).toMatch(/^Of the positions \d+ to 24576, \d+ are stored/)
})
