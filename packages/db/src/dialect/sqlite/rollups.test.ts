import { expect, test } from 'vitest'
import { sql } from 'kysely'
import { aMatch, anEntry, NEW_YEAR, SECOND, times } from '../../testing/entries.ts'
import { temporaryStore } from '../../testing/temporary-store.ts'

const MINUTE = 60 * SECOND
const HOUR = { from: NEW_YEAR, to: NEW_YEAR + 60 * MINUTE }

async function aStore() {
  const db = await temporaryStore()
  const org = await db.anOrg()
  await db.logs.append(org, [
    ...times(6, (n) => anEntry({ at: NEW_YEAR + n * MINUTE, sender: 'agent.a' })),
    ...times(4, (n) =>
      anEntry({ at: NEW_YEAR + n * MINUTE, sender: 'agent.b', risk: 70, band: 'high', matches: [aMatch()] }),
    ),
    anEntry({
      at: NEW_YEAR + 90 * SECOND,
      sender: 'agent.c',
      receiver: null,
      risk: 90,
      band: 'critical',
      matches: [aMatch(), aMatch({ ruleId: 'r2' })],
    }),
  ])
  return { db, org, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() }
}

test('keys are counted, most entries or highest risk first', async () => {
  await using store = await aStore()
  const { db, org } = store
  const byCount = await db.rollups.keys(org, 'sender', HOUR, { limit: 2, orderBy: 'count' })
  expect(byCount).toEqual([
    { key: 'agent.a', count: 6, riskSum: 0, riskMax: 0, lastMinute: NEW_YEAR + 5 * MINUTE },
    { key: 'agent.b', count: 4, riskSum: 280, riskMax: 70, lastMinute: NEW_YEAR + 3 * MINUTE },
  ])
  const [riskiest] = await db.rollups.keys(org, 'sender', HOUR, { limit: 1, orderBy: 'riskMax' })
  expect(riskiest?.key).toBe('agent.c')
  const rules = await db.rollups.keys(org, 'rule', HOUR, { limit: 9, orderBy: 'count' })
  expect(rules.map(({ key, count }) => [key, count])).toEqual([
    ['rule-1', 5],
    ['r2', 1],
  ])
  const [all] = await db.rollups.keys(org, 'all', HOUR, { limit: 9, orderBy: 'count' })
  expect(all).toMatchObject({ key: '', count: 11, riskSum: 370 })
  const receivers = await db.rollups.keys(org, 'receiver', HOUR, { limit: 9, orderBy: 'count' })
  expect(receivers).toMatchObject([{ key: 'user', count: 10 }])
})

test('a range is whole minutes, and another org counts for itself', async () => {
  await using store = await aStore()
  const { db, org } = store
  const range = { from: NEW_YEAR + MINUTE + 59 * SECOND, to: NEW_YEAR + 2 * MINUTE }
  expect(await db.rollups.keys(org, 'all', range, { limit: 1, orderBy: 'count' })).toMatchObject([{ count: 3 }])
  expect(await db.rollups.keys(await db.anOrg(), 'all', HOUR, { limit: 1, orderBy: 'count' })).toEqual([])
})

test('keys that have fallen silent are counted', async () => {
  await using store = await aStore()
  const { db, org } = store
  expect(await db.rollups.countKeys(org, 'sender', HOUR, NEW_YEAR + 4 * MINUTE)).toEqual({ keys: 3, silent: 2 })
  expect(await db.rollups.countKeys(org, 'sender', { from: 0, to: MINUTE }, 0)).toEqual({ keys: 0, silent: 0 })
})

test('a series has a step for each key that has entries in it', async () => {
  await using store = await aStore()
  const { db, org } = store
  expect(await db.rollups.series(org, 'band', HOUR, 4, ['none', 'high'])).toEqual([
    { at: NEW_YEAR, key: 'high', count: 4, riskMax: 70 },
    { at: NEW_YEAR, key: 'none', count: 4, riskMax: 0 },
    { at: NEW_YEAR + 4 * MINUTE, key: 'none', count: 2, riskMax: 0 },
  ])
})

test('a late entry lands in the minute that it is about', async () => {
  await using store = await aStore()
  const { db, org } = store
  await db.logs.append(org, [anEntry({ at: NEW_YEAR, receivedAt: NEW_YEAR + 1_000 * MINUTE })])
  const [first] = await db.rollups.series(org, 'all', HOUR, 1)
  expect(first).toEqual({ at: NEW_YEAR, key: '', count: 3, riskMax: 70 })
  expect(await db.rollups.verify(org)).toEqual([])
})

test('a recount agrees, also after a purge, whose entries stay counted', async () => {
  await using store = await aStore()
  const { db, org } = store
  expect(await db.rollups.verify(org)).toEqual([])
  await db.logs.purge(org, NEW_YEAR + 1, 5)
  expect((await db.rollups.keys(org, 'all', HOUR, { limit: 1, orderBy: 'count' }))[0]?.count).toBe(11)
  expect(await db.rollups.verify(org)).toEqual([])
})

test('a recount finds a roll-up that is wrong, missing or too many, and a wrong counter', async () => {
  const wrong = [
    sql`update rollups set count = count + 1 where dimension = 'band' and key = 'critical'`,
    sql`update rollups set risk_sum = risk_sum + 1 where dimension = 'rule' and key = 'r2'`,
    sql`delete from rollups where dimension = 'sender' and key = 'agent.c'`,
    sql`insert into rollups select org, dimension, minute, 'nobody', 1, 0, 0 from rollups where dimension = 'kind' limit 1`,
    sql`update org_heads set entries = entries - 1`,
  ]
  for (const change of wrong) {
    await using store = await aStore()
    const { db, org } = store
    await db.transaction((tx) => change.execute(tx))
    expect(await db.rollups.verify(org)).toHaveLength(1)
  }
})
