import { type RawBuilder, sql } from 'kysely'
import { expect, test } from 'vitest'
import { LIMITS } from '../../../limits.ts'
import { aMatch, anEntry, NEW_YEAR, SECOND, times } from '../../../testing/entries.ts'
import { rollupsConformance } from '../../../testing/rollups.conformance.ts'
import { temporaryStore } from '../../../testing/temporary-store.ts'

rollupsConformance('SQLite', () => temporaryStore())

const MINUTE = 60 * SECOND

/** Ninety entries, one per minute over two hours. */
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

/** Has an entry on the next day, because only finished days are rolled up. */
async function aStoreOfTwoDays() {
  const store = await aStore()
  const at = NEW_YEAR + 24 * 60 * MINUTE
  await store.db.logs.append(store.org, [anEntry({ at, receivedAt: at, sender: 'agent.0' })])
  return store
}

/** A corruption of the roll-ups or counters, and the start of the expected finding. */
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
  [sql`update org_heads set entries = entries - 1`, 'The counter says that 89 entries are stored; there are 90.'],
  [sql`update org_heads set bytes = bytes + 1`, 'The counter says that payloads have 451 bytes; they have 450.'],
]

test('a recount names the wrong counter or roll-up, by minute or by hour', async () => {
  for (const [change, found] of WRONG) {
    await using store = await aStore()
    const { db, org } = store
    await db.transaction((tx) => change.execute(tx))
    const findings = await db.rollups.verify(org)
    expect(findings[0]).toContain(found)
    // A wrong roll-up also disagrees with the one that aggregates it.
    expect(findings.length).toBeLessThanOrEqual(2)
  }
})

test.each([
  [
    sql`update rollup_days set risk_max = 100 where dimension = 'all'`,
    'The roll-up by day of all at 2026-01-01T00:00Z has 90 entries (risks: sum 4005, highest 100), the last at 2026-01-01T01:29Z; its hours add up to 90 entries (risks: sum 4005, highest 89), the last at 2026-01-01T01:29Z.',
  ],
  [
    sql`delete from rollup_days where key = 'agent.1'`,
    'The roll-up by day of sender "agent.1" at 2026-01-01T00:00Z has nothing; its hours add up to 30 entries',
  ],
  [
    sql`insert into rollup_days select org, dimension, day + 2, key, 1, 0, 0, last_minute from rollup_days
      where dimension = 'kind'`,
    'The roll-up by day of kind "message" at 2026-01-03T00:00Z has 1 entry',
  ],
])('a recount names a day that is not the sum of its hours', async (change, found) => {
  await using store = await aStoreOfTwoDays()
  const { db, org } = store
  expect(await db.rollups.verify(org)).toEqual([])
  await db.transaction((tx) => change.execute(tx))
  expect(await db.rollups.verify(org)).toEqual([expect.stringContaining(found)])
})

test('a day is rolled up when an entry of a later day arrives, and late entries still count toward it', async () => {
  await using store = await aStore()
  const { db, org } = store
  const day = NEW_YEAR / MINUTE / 1_440
  const days = async () =>
    (
      await sql<{ key: string; count: number }>`select key, count from rollup_days
        where dimension = 'sender' and day = ${day} order by key`.execute(db.read)
    ).rows.map(({ key, count }) => [key, count])
  await db.logs.append(org, [anEntry({ at: NEW_YEAR, receivedAt: NEW_YEAR + 1_439 * MINUTE, sender: 'agent.0' })])
  expect(await days()).toEqual([])
  await db.logs.append(org, [
    anEntry({ at: NEW_YEAR + 5 * MINUTE, receivedAt: NEW_YEAR + 1_440 * MINUTE, sender: 'agent.1' }),
  ])
  const rolledUp = [
    ['agent.0', 31],
    ['agent.1', 31],
    ['agent.2', 30],
  ]
  expect(await days()).toEqual(rolledUp)
  await db.logs.append(org, [anEntry({ at: NEW_YEAR + 7 * MINUTE, receivedAt: NEW_YEAR, sender: 'late' })])
  expect(await days()).toEqual([...rolledUp, ['late', 1]])
  expect(await db.rollups.verify(org)).toEqual([])
})

test('finished days with many keys are rolled up in several transactions, and every answer stays correct', async () => {
  await using db = await temporaryStore()
  const org = await db.anOrg()
  const keys = LIMITS.rolledRows / 2
  const DAY = 1_440 * MINUTE
  await db.logs.append(
    org,
    times(3 * keys, (n) =>
      anEntry({ at: NEW_YEAR + (n % 3) * DAY, receivedAt: NEW_YEAR, sender: `agent.${Math.floor(n / 3)}` }),
    ),
  )
  const rolled = async () =>
    (
      await sql<{ until: number }>`select until - ${NEW_YEAR / DAY} as until from rolled_days
        where dimension = 'sender'`.execute(db.read)
    ).rows.map(({ until }) => until)
  const found: number[][] = []
  for (let n = 0; n < 4; n++) {
    await db.logs.append(org, [anEntry({ at: NEW_YEAR, receivedAt: NEW_YEAR + 3 * DAY, sender: 'agent.0' })])
    found.push(await rolled())
    const range = { from: NEW_YEAR, to: NEW_YEAR + 3 * DAY }
    const options = { limit: 2, orderBy: 'count' as const, silentSince: NEW_YEAR + DAY }
    expect(await db.rollups.ranking(org, 'sender', range, options)).toMatchObject({
      rows: [
        { key: 'agent.0', count: 4 + n },
        { key: 'agent.1', count: 3 },
      ],
      keys,
      silent: 0,
    })
    expect(await db.rollups.verify(org)).toEqual([])
  }
  expect(found).toEqual([[2], [3], [3], [3]])
})

test('a recount reports that a position is unaccounted for', async () => {
  await using store = await aStore()
  const { db, org } = store
  await db.transaction((tx) => sql`delete from entries where seq = 17`.execute(tx))
  const [first] = await db.rollups.verify(org)
  expect(first).toBe(
    'Of the positions 1 to 90, 89 are stored and 0 are recorded as removed; that should be 90 together.',
  )
})

test('after a purge, roll-ups may exceed the stored entries but not all entries ever stored', async () => {
  await using store = await aStore()
  const { db, org } = store
  expect(await db.removal.purge(org, NEW_YEAR + 10 * MINUTE, 100)).toBe(10)
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
  })
  expect(await db.rollups.verify(org)).toEqual([
    'The roll-ups by kind count 101 entries together, and only 90 were ever stored and not erased.',
  ])
})

test('a recount is exact for times that a purge cannot have affected', async () => {
  await using store = await aStore()
  const { db, org } = store
  const nextYear = NEW_YEAR + 365 * 24 * 60 * MINUTE
  await db.logs.append(org, [anEntry({ at: nextYear, receivedAt: nextYear })])
  await db.removal.purge(org, NEW_YEAR + 1_000 * MINUTE, 50)
  await db.removal.purge(org, NEW_YEAR + 1_000 * MINUTE, 50)
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

test('removed roll-ups older than every entry are not reported as missing', async () => {
  await using store = await aStore()
  const { db, org } = store
  await db.removal.purge(org, NEW_YEAR + 70 * MINUTE, 100)
  for (const minute of [30, 70]) {
    await db.transaction((tx) => sql`delete from rollups where minute < ${NEW_YEAR / MINUTE + minute}`.execute(tx))
    expect(await db.rollups.verify(org)).toEqual([])
  }
  await db.transaction((tx) => sql`delete from rollup_hours where hour <= ${NEW_YEAR / MINUTE / 60}`.execute(tx))
  expect(await db.rollups.verify(org)).toEqual([])
  await db.transaction((tx) => sql`delete from rollups where minute < ${NEW_YEAR / MINUTE + 71}`.execute(tx))
  expect(await db.rollups.verify(org)).not.toEqual([])
})

test('a recount says when there are more differences than it lists', async () => {
  await using store = await aStore()
  const { db, org } = store
  await db.transaction((tx) => sql`update rollups set count = count + 1`.execute(tx))
  const findings = await db.rollups.verify(org)
  expect(findings).toHaveLength(101)
  expect(findings.at(-1)).toBe('There is more that differs; the first 100 are listed.')
})

test('a recount finds a fault in any slice and reports nothing else', async () => {
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
