import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import { BAND_NAMES, bandOf } from '@sentinelmesh/api/constants'
import type { LogRemoval } from '../log-removal.ts'
import type { JudgedEntry, LogStore } from '../log-store.ts'
import { DIMENSIONS, type Dimension, type RollupRow, type Rollups, type RollupStep } from '../rollups.ts'
import { aMatch, anEntry, NEW_YEAR, SECOND, times } from './entries.ts'

export interface RollupsUnderTest extends AsyncDisposable {
  readonly logs: LogStore
  readonly removal: LogRemoval
  readonly rollups: Rollups
  anOrg(): Promise<OrgId>
}

const MINUTE = 60 * SECOND
const HOUR_MINUTES = 60
const DAY_MINUTES = 24 * HOUR_MINUTES
const HOUR = { from: NEW_YEAR, to: NEW_YEAR + HOUR_MINUTES * MINUTE }
const DAY = { from: NEW_YEAR, to: NEW_YEAR + DAY_MINUTES * MINUTE }

/** The promises of `Rollups`, for every implementation. */
export function rollupsConformance(name: string, open: () => Promise<RollupsUnderTest>): void {
  async function aStore() {
    const db = await open()
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

  describe(`${name} as Rollups`, () => {
    test('keys are ranked by number of entries or by highest risk', async () => {
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

    test('a range covers whole minutes, and entries of another org do not count', async () => {
      await using store = await aStore()
      const { db, org } = store
      const range = { from: NEW_YEAR + MINUTE + 59 * SECOND, to: NEW_YEAR + 2 * MINUTE }
      expect(await db.rollups.keys(org, 'all', range, { limit: 1, orderBy: 'count' })).toMatchObject([{ count: 3 }])
      expect(await db.rollups.keys(await db.anOrg(), 'all', HOUR, { limit: 1, orderBy: 'count' })).toEqual([])
    })

    test('an empty or reversed range contains nothing', async () => {
      await using store = await aStore()
      const { db, org } = store
      for (const range of [
        { from: NEW_YEAR, to: NEW_YEAR },
        { from: NEW_YEAR + 300 * MINUTE, to: NEW_YEAR },
      ]) {
        expect(await db.rollups.keys(org, 'all', range, { limit: 9, orderBy: 'count' })).toEqual([])
        expect(await db.rollups.series(org, 'all', range, 60)).toEqual([])
        expect(await db.rollups.busiest(org, range)).toBeUndefined()
      }
    })

    test('keys that have fallen silent are counted', async () => {
      await using store = await aStore()
      const { db, org } = store
      const options = { limit: 1, orderBy: 'count' as const }
      expect(await db.rollups.ranking(org, 'sender', HOUR, { ...options, silentSince: NEW_YEAR + 4 * MINUTE })).toEqual(
        {
          rows: await db.rollups.keys(org, 'sender', HOUR, options),
          keys: 3,
          silent: 2,
        },
      )
      expect(await db.rollups.ranking(org, 'sender', { from: 0, to: MINUTE }, { ...options, silentSince: 0 })).toEqual({
        rows: [],
        keys: 0,
        silent: 0,
      })
    })

    test('a series has one row per step and key with entries', async () => {
      await using store = await aStore()
      const { db, org } = store
      expect(await db.rollups.series(org, 'band', HOUR, 4, ['none', 'high'])).toEqual([
        { at: NEW_YEAR, key: 'high', count: 4, riskMax: 70 },
        { at: NEW_YEAR, key: 'none', count: 4, riskMax: 0 },
        { at: NEW_YEAR + 4 * MINUTE, key: 'none', count: 2, riskMax: 0 },
      ])
    })

    test('a late entry counts in the minute, hour and day of its own time', async () => {
      await using store = await aStore()
      const { db, org } = store
      await db.logs.append(org, [anEntry({ at: NEW_YEAR, receivedAt: NEW_YEAR + 1_000 * MINUTE })])
      const [first] = await db.rollups.series(org, 'all', HOUR, 1)
      expect(first).toEqual({ at: NEW_YEAR, key: '', count: 3, riskMax: 70 })
      for (const [range, step] of [
        [HOUR, HOUR_MINUTES],
        [DAY, DAY_MINUTES],
      ] as const)
        expect(await db.rollups.series(org, 'all', range, step)).toEqual([
          { at: NEW_YEAR, key: '', count: 12, riskMax: 90 },
        ])
      expect(await db.rollups.verify(org)).toEqual([])
    })

    test('a suppressed match is not counted, and a rule that matched twice is counted once', async () => {
      await using store = await open()
      const org = await store.anOrg()
      await store.logs.append(org, [
        anEntry({ matches: [aMatch(), aMatch(), aMatch({ ruleId: 'held-back', filteredBy: 'filter-1' })] }),
      ])
      expect(await store.rollups.keys(org, 'rule', HOUR, { limit: 9, orderBy: 'count' })).toMatchObject([
        { key: 'rule-1', count: 1 },
      ])
      expect(await store.rollups.verify(org)).toEqual([])
    })

    test('a duplicate entry is counted once, and an entry of a rejected call is not counted', async () => {
      await using store = await open()
      const org = await store.anOrg()
      const named = () => anEntry({ sourceId: 'call-1', contentHash: Buffer.alloc(32, 1) })
      await store.logs.append(org, [named(), named()])
      await Promise.all(times(5, () => store.logs.append(org, [named()])))
      const refused = store.logs.append(org, [anEntry(), anEntry({ kind: 'no such kind' as 'message' })])
      expect((await Promise.allSettled([refused]))[0]?.status).toBe('rejected')
      expect(await store.rollups.keys(org, 'all', HOUR, { limit: 9, orderBy: 'count' })).toMatchObject([{ count: 1 }])
      expect(await store.rollups.verify(org)).toEqual([])
    })

    test('a recount agrees with the roll-ups, even after a purge, whose entries stay counted', async () => {
      await using store = await aStore()
      const { db, org } = store
      expect(await db.rollups.verify(org)).toEqual([])
      await db.removal.purge(org, NEW_YEAR + 1, 5)
      expect((await db.rollups.keys(org, 'all', HOUR, { limit: 1, orderBy: 'count' }))[0]?.count).toBe(11)
      expect(await db.rollups.verify(org)).toEqual([])
      await db.removal.purge(org, NEW_YEAR + 1, 100)
      expect(await db.rollups.verify(org)).toEqual([])
    })

    test('a recount concurrent with appends, late entries and purges finds nothing wrong', async () => {
      await using store = await open()
      const org = await store.anOrg()
      const arrived = (n: number) =>
        anEntry({
          at: NEW_YEAR + ((n * 17) % 50) * MINUTE,
          receivedAt: NEW_YEAR + n * SECOND,
          risk: n % 101,
          band: bandOf(n % 101),
        })
      let done = false
      const writing = (async () => {
        for (let n = 0; n < 600; n += 10) {
          await store.logs.append(
            org,
            times(10, (index) => arrived(n + index)),
          )
          if (n % 50 === 0) await store.removal.purge(org, NEW_YEAR + (n / 2) * SECOND, 20)
        }
        done = true
      })()
      while (!done) expect(await store.rollups.verify(org)).toEqual([])
      await writing
      expect(await store.rollups.verify(org)).toEqual([])
    })

    test('for any entries, batches and range, every answer equals the sum of the entries in the range', async () => {
      await using store = await open()
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(entries, { maxLength: 30 }), { maxLength: 6 }),
          ranges,
          async (calls, range) => {
            const org = await store.anOrg()
            await Promise.all(calls.slice(0, 2).map((call) => store.logs.append(org, call)))
            for (const call of calls.slice(2)) await store.logs.append(org, call)
            const found = calls.flat().filter(({ at }) => isWithin(at, range))
            for (const dimension of DIMENSIONS) {
              const rows = await store.rollups.keys(org, dimension, range, { limit: 1_000, orderBy: 'count' })
              expect(rows).toEqual(keysOf(found, dimension))
              expect(
                await store.rollups.ranking(org, dimension, range, {
                  limit: 2,
                  orderBy: 'riskMax',
                  silentSince: NEW_YEAR,
                }),
              ).toEqual({
                rows: rows.toSorted(byRisk).slice(0, 2),
                keys: rows.length,
                silent: rows.filter(({ lastMinute }) => lastMinute < NEW_YEAR).length,
              })
              const some = rows.slice(0, 2).map(({ key }) => key)
              for (const step of [1, 7, HOUR_MINUTES, 7 * HOUR_MINUTES, DAY_MINUTES, 7 * DAY_MINUTES]) {
                const all = seriesOf(found, dimension, step)
                expect(await store.rollups.series(org, dimension, range, step)).toEqual(all)
                // Few and many keys, which select the same rows.
                for (const only of [some, [...some, ...times(40, (n) => `none-${n}`)]])
                  expect(await store.rollups.series(org, dimension, range, step, only)).toEqual(
                    all.filter(({ key }) => only.includes(key)),
                  )
              }
            }
            const [peak] = seriesOf(found, 'all', 1).toSorted((a, b) => b.count - a.count || a.at - b.at)
            expect(await store.rollups.busiest(org, range)).toEqual(peak && { at: peak.at, count: peak.count })
            expect(await store.rollups.verify(org)).toEqual([])
          },
        ),
        { seed: 4, numRuns: 30 },
      )
    })
  })
}

/** Times within a few days, mostly near the boundaries of hours and days. */
const instants = fc
  .tuple(
    fc.oneof(fc.integer({ min: -60, max: 60 }), fc.constantFrom(-49, -48, -25, -24, -1, 0, 23, 24, 47, 48)),
    fc.constantFrom(0, 1, 29, 30, 59),
    fc.integer({ min: 0, max: MINUTE - 1 }),
  )
  .map(([hours, minutes, micros]) => NEW_YEAR + (hours * HOUR_MINUTES + minutes) * MINUTE + micros)

const ranges = fc
  .tuple(instants, instants)
  .map(([one, other]) => ({ from: Math.min(one, other), to: Math.max(one, other) }))

const entries: fc.Arbitrary<JudgedEntry> = fc
  .record({
    at: instants,
    receivedAt: fc.constantFrom(-2, -1, 0, 1, 2).map((days) => NEW_YEAR + days * DAY_MINUTES * MINUTE),
    sender: fc.constantFrom('agent.a', 'agent.b', "agent.'c", 'agent. d'),
    receiver: fc.constantFrom('user', 'agent.a', null),
    kind: fc.constantFrom('message' as const, 'tool_call' as const),
    risk: fc.constantFrom(0, 20, 40, 49, 50, 59, 60, 79, 80, 100),
    rules: fc.array(fc.constantFrom('r1', 'r2', 'r3'), { maxLength: 3 }),
  })
  .map(({ risk, rules, ...parts }) =>
    anEntry({ ...parts, risk, band: bandOf(risk), matches: rules.map((ruleId) => aMatch({ ruleId })) }),
  )

function isWithin(at: number, { from, to }: { readonly from: number; readonly to: number }): boolean {
  const minute = Math.floor(at / MINUTE)
  return minute >= Math.floor(from / MINUTE) && minute < Math.ceil(to / MINUTE)
}

/** The keys that count an entry, implemented independently. */
const KEYS: Record<Dimension, (entry: JudgedEntry) => readonly string[]> = {
  all: () => [''],
  sender: ({ sender }) => [sender],
  receiver: ({ receiver }) => (receiver === null ? [] : [receiver]),
  kind: ({ kind }) => [kind],
  band: ({ risk }) => BAND_NAMES.filter((band) => bandOf(risk) === band),
  upper_medium: ({ risk }) => (risk >= 50 && risk < 60 ? [''] : []),
  rule: ({ matches }) => [...new Set(matches.map(({ ruleId }) => ruleId))],
}

const minuteOf = (entry: JudgedEntry) => Math.floor(entry.at / MINUTE) * MINUTE

function keysOf(found: readonly JudgedEntry[], dimension: Dimension): RollupRow[] {
  return Object.entries(groupBy(found, KEYS[dimension]))
    .map(([key, group]) => ({
      key,
      count: group.length,
      riskSum: group.reduce((sum, { risk }) => sum + risk, 0),
      riskMax: Math.max(...group.map(({ risk }) => risk)),
      lastMinute: Math.max(...group.map(minuteOf)),
    }))
    .toSorted((a, b) => b.count - a.count || b.riskMax - a.riskMax || (a.key < b.key ? -1 : 1))
}

const byRisk = (a: RollupRow, b: RollupRow) => b.riskMax - a.riskMax || b.count - a.count || (a.key < b.key ? -1 : 1)

function seriesOf(found: readonly JudgedEntry[], dimension: Dimension, stepMinutes: number): RollupStep[] {
  const step = stepMinutes * MINUTE
  const steps = groupBy(found, (entry) => [String(Math.floor(entry.at / step) * step)])
  return Object.entries(steps)
    .flatMap(([at, inStep]) =>
      Object.entries(groupBy(inStep, KEYS[dimension])).map(([key, group]) => ({
        at: Number(at),
        key,
        count: group.length,
        riskMax: Math.max(...group.map(({ risk }) => risk)),
      })),
    )
    .toSorted((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1))
}

function groupBy(found: readonly JudgedEntry[], keysOfOne: (entry: JudgedEntry) => readonly string[]) {
  const groups: Record<string, JudgedEntry[]> = {}
  for (const entry of found) for (const key of keysOfOne(entry)) (groups[key] ??= []).push(entry)
  return groups
}
