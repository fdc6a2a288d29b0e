import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { OrgId, Seq } from '@sentinelmesh/api'
import { BEFORE_ALL, bandOf } from '@sentinelmesh/api/constants'
import type { LogRemoval } from '../log-removal.ts'
import type { JudgedEntry, LogStore } from '../log-store.ts'
import { type Dimension, DIMENSIONS, type Rollups } from '../rollups.ts'
import { aMatch, anEntry, NEW_YEAR, SECOND, times } from './entries.ts'

export interface LogRemovalUnderTest extends AsyncDisposable {
  readonly logs: LogStore
  readonly removal: LogRemoval
  readonly rollups: Rollups
  anOrg(): Promise<OrgId>
}

const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const LATER = NEW_YEAR + 365 * 24 * HOUR
const HEAD = Number.MAX_SAFE_INTEGER as Seq

/** The promises of `LogRemoval`, for every implementation. */
export function logRemovalConformance(name: string, open: () => Promise<LogRemovalUnderTest>): void {
  describe(`${name} as a LogRemoval`, () => {
    test('a purge by size removes the earliest arrivals until the stored size is allowed', async () => {
      await using store = await open()
      const org = await store.anOrg()
      const arrivals = [3, 1, 2, 5, 4]
      await store.logs.append(
        org,
        arrivals.map((n) =>
          anEntry({ receivedAt: NEW_YEAR + n * SECOND, payload: { type: 'text', text: 'x'.repeat(100) } }),
        ),
      )
      expect(await store.removal.purgeToSize(org, 500, 10)).toBe(0)
      expect(await store.removal.purgeToSize(org, 250, 10)).toBe(3)
      expect(await itemsOf(store.logs, org)).toEqual(['1-3 retention', 4, 5])
      expect(await store.removal.purgeToSize(org, 199, 10)).toBe(1)
      expect(await itemsOf(store.logs, org)).toEqual(['1-3 retention', 4, '5-5 retention'])
      expect(await store.rollups.verify(org)).toEqual([])
    })

    test('a purge of hundreds of entries with large payloads completes and counts the removed entries', async () => {
      await using store = await open()
      const org = await store.anOrg()
      for (let batch = 0; batch < 4; batch++)
        await store.logs.append(
          org,
          times(250, (n) =>
            anEntry({
              receivedAt: NEW_YEAR + n,
              payload: { type: 'text', text: 'x'.repeat(n % 10 === 0 ? 40_000 : 50) },
            }),
          ),
        )
      expect(await store.removal.purge(org, NEW_YEAR + 200, 2_000)).toBe(800)
      expect(await store.logs.head(org)).toEqual({ seq: 1_000, entries: 200 })
      expect(await store.rollups.verify(org)).toEqual([])
    })

    test('roll-ups are removed in whole days, and only when no stored entry is counted in them', async () => {
      await using store = await open()
      const org = await store.anOrg()
      const arrivals = times(8, (n) => NEW_YEAR + n * 12 * HOUR)
      await store.logs.append(
        org,
        arrivals.map((at) => anEntry({ at, receivedAt: at })),
      )
      const { rollups } = store
      const keptFrom = async (first: number) => {
        for (const step of [1, 60, 24 * 60]) {
          const series = await rollups.series(org, 'all', ALL, step)
          expect(series[0]?.at).toBe(arrivals[first])
          expect(series.reduce((sum, { count }) => sum + count, 0)).toBe(arrivals.length - first)
        }
        expect(await rollups.verify(org)).toEqual([])
      }
      await store.removal.purge(org, NEW_YEAR + 60 * HOUR, 10)
      await store.removal.purgeRollups(org, NEW_YEAR + 36 * HOUR + MINUTE)
      await keptFrom(2)
      await store.removal.purgeRollups(org, LATER)
      await keptFrom(4)
      await store.removal.purge(org, LATER, 10)
      await store.removal.purgeRollups(org, LATER)
      expect(await rollups.series(org, 'all', ALL, 24 * 60)).toEqual([])
    })

    test('removal still works after ten thousand calls with nothing to remove', async () => {
      await using store = await open()
      const org = await store.anOrg()
      for (let n = 0; n < 10_000; n++) {
        await store.removal.purge(org, NEW_YEAR, 10)
        await store.removal.purgeRollups(org, NEW_YEAR)
      }
      await store.logs.append(org, [anEntry({ at: NEW_YEAR, receivedAt: NEW_YEAR })])
      expect(await store.removal.purge(org, LATER, 10)).toBe(1)
      expect(await store.removal.purgeRollups(org, LATER)).toBeGreaterThan(0)
      expect(await store.rollups.series(org, 'all', ALL, 24 * 60)).toEqual([])
    })

    test('entries to be erased are returned as ranges of a session or an org, with both end ids', async () => {
      await using store = await open()
      const org = await store.anOrg()
      const entries = ['a', 'a', 'b', 'a', null, 'a'].map((session) => anEntry({ session }))
      await store.logs.append(org, entries)
      const found = (session: string | null, to: number, most = 100) =>
        store.removal.findErasable(org, { session, to: to as Seq }, most)
      expect(await found('a', 5)).toEqual([
        { from: 1, to: 2, fromId: entries[0]?.id, toId: entries[1]?.id },
        { from: 4, to: 4, fromId: entries[3]?.id, toId: entries[3]?.id },
      ])
      expect((await found('a', 6, 1)).map(({ from, to }) => [from, to])).toEqual([[1, 1]])
      expect((await found(null, 5)).map(({ from, to }) => [from, to])).toEqual([[1, 5]])
      expect(await found('c', 6)).toEqual([])
      expect(await store.removal.findErasable(await store.anOrg(), { session: 'a', to: HEAD }, 100)).toEqual([])
    })

    test('erased entries are read as gaps with that reason, and their ids can be reused', async () => {
      await using store = await open()
      const org = await store.anOrg()
      const contentHash = Buffer.alloc(32, 7)
      const entries = times(8, (n) => anEntry({ sourceId: `id-${n}`, contentHash }))
      await store.logs.append(org, entries)
      expect(
        await store.removal.erase(org, [
          { from: 2, to: 3 },
          { from: 6, to: 6 },
        ]),
      ).toBe(3)
      expect(await store.removal.erase(org, [{ from: 4, to: 4 }])).toBe(1)
      expect(await itemsOf(store.logs, org)).toEqual([1, '2-4 erased', 5, '6-6 erased', 7, 8])
      expect(await store.logs.head(org)).toEqual({ seq: 8, entries: 4 })
      expect(await store.logs.get(org, entries[1]?.id ?? ('' as never))).toBeUndefined()
      expect(await store.logs.append(org, [anEntry({ sourceId: 'id-1', contentHash })])).toMatchObject([
        { status: 'stored', seq: 9 },
      ])
    })

    test('erasing entries that were already erased or purged removes nothing', async () => {
      await using store = await open()
      const org = await store.anOrg()
      await store.logs.append(
        org,
        times(6, (n) => anEntry({ receivedAt: NEW_YEAR + n })),
      )
      await store.removal.purge(org, NEW_YEAR + 2, 10)
      expect(await store.removal.erase(org, [{ from: 1, to: 4 }])).toBe(2)
      expect(await store.removal.erase(org, [{ from: 1, to: 4 }])).toBe(0)
      expect(await itemsOf(store.logs, org)).toEqual(['1-2 retention', '3-4 erased', 5, 6])
      expect(await store.rollups.verify(org)).toEqual([])
    })

    test('another org keeps its entries with the same session and positions', async () => {
      await using store = await open()
      const [org, other] = [await store.anOrg(), await store.anOrg()]
      for (const one of [org, other])
        await store.logs.append(
          one,
          times(3, () => anEntry({ session: 's' })),
        )
      await store.removal.erase(org, [{ from: 1, to: 3 }])
      expect(await itemsOf(store.logs, other)).toEqual([1, 2, 3])
      expect(await store.rollups.verify(other)).toEqual([])
    })

    test('appends continue while thousands of entries are erased, and both complete', async () => {
      await using store = await open()
      const org = await store.anOrg()
      for (let batch = 0; batch < 4; batch++)
        await store.logs.append(
          org,
          times(500, () => anEntry({ session: 's' })),
        )
      const erasing = store.removal.erase(org, [{ from: 1, to: 2_000 }])
      const answers = await Promise.all(times(100, () => store.logs.append(org, [anEntry({ session: 's' })])))
      expect(await erasing).toBe(2_000)
      expect(
        answers
          .flat()
          .map((answer) => (answer.status === 'stored' ? answer.seq : 0))
          .toSorted((a, b) => a - b),
      ).toEqual(times(100, (n) => 2_001 + n))
      expect((await itemsOf(store.logs, org)).slice(0, 2)).toEqual(['1-2000 erased', 2_001])
      expect(await store.rollups.verify(org)).toEqual([])
    })

    test('erasing reports each slice as soon as it is removed', async () => {
      await using store = await open()
      const org = await store.anOrg()
      for (let batch = 0; batch < 4; batch++)
        await store.logs.append(
          org,
          times(500, () => anEntry()),
        )
      const left: Promise<number>[] = []
      await store.removal.erase(org, [{ from: 1, to: 2_000 }], {
        onSlice: () => void left.push(store.logs.head(org).then(({ entries }) => entries)),
      })
      const counts = await Promise.all(left)
      expect(counts[0]).toBeLessThan(2_000)
      expect(counts.at(-1)).toBe(0)
    })

    test('the maximum risk of a minute with thousands of entries is recomputed despite concurrent appends', async () => {
      await using store = await open()
      const org = await store.anOrg()
      const risky = (n: number) => (n === 0 ? 95 : n === 9_999 ? 70 : n % 40)
      for (let from = 0; from < 10_000; from += 500)
        await store.logs.append(
          org,
          times(500, (n) =>
            anEntry({
              at: NEW_YEAR + from + n,
              risk: risky(from + n),
              band: bandOf(risky(from + n)),
              sender: `agent.${(from + n) % 5}`,
              kind: 'message',
            }),
          ),
        )
      const erasing = store.removal.erase(org, [{ from: 1, to: 1 }])
      const late = store.logs.append(org, [
        anEntry({ at: NEW_YEAR + 5, risk: 80, band: 'critical', sender: 'agent.2', kind: 'message' }),
      ])
      expect(await erasing).toBe(1)
      await late
      const most = async (dimension: Dimension) =>
        new Map((await rollupOf(store.rollups, org, dimension, ALL)).keys.map(({ key, riskMax }) => [key, riskMax]))
      expect((await most('all')).get('')).toBe(80)
      expect((await most('kind')).get('message')).toBe(80)
      expect((await most('sender')).get('agent.2')).toBe(80)
      expect((await most('sender')).get('agent.0')).toBe(35)
      expect(await store.rollups.verify(org)).toEqual([])
    })

    test('after any erasure, roll-ups equal those of a log that never contained the erased entries', async () => {
      await using store = await open()
      await fc.assert(
        fc.asyncProperty(fc.array(anErasable, { minLength: 1, maxLength: 40 }), async (given) => {
          const [org, without] = [await store.anOrg(), await store.anOrg()]
          const stay = given.filter(({ goes }) => !goes)
          await store.logs.append(
            org,
            given.map(({ entry }) => entry),
          )
          if (stay.length > 0)
            await store.logs.append(
              without,
              stay.map(({ entry }) => anEntry({ ...entry, id: anEntry().id })),
            )
          // Some days are finished at the time of the erasure, and one is not.
          const later = () => anEntry({ at: NEW_YEAR + 2 * 24 * HOUR, receivedAt: NEW_YEAR + 2 * 24 * HOUR })
          for (const one of [org, without]) await store.logs.append(one, [later()])
          const ranges = given.flatMap(({ goes }, n) => (goes ? [{ from: n + 1, to: n + 1 }] : []))
          expect(await store.removal.erase(org, ranges)).toBe(ranges.length)
          for (const dimension of DIMENSIONS)
            for (const range of [ALL, { from: NEW_YEAR + 30 * MINUTE, to: NEW_YEAR + 50 * HOUR + 30 * MINUTE }])
              expect(await rollupOf(store.rollups, org, dimension, range)).toEqual(
                await rollupOf(store.rollups, without, dimension, range),
              )
          expect(await store.rollups.verify(org)).toEqual([])
        }),
        { numRuns: 25, seed: 4 },
      )
    })
  })
}

const ALL = { from: NEW_YEAR - 24 * HOUR, to: LATER }

/** Few names and risks over three days, so that rows have one or several entries with equal or different risks. */
const anErasable = fc
  .record({
    goes: fc.boolean(),
    day: fc.integer({ min: 0, max: 2 }),
    minute: fc.integer({ min: 0, max: 179 }),
    sender: fc.constantFrom('agent.a', 'agent.b'),
    receiver: fc.constantFrom('user', null),
    kind: fc.constantFrom('message' as const, 'tool_call' as const),
    risk: fc.constantFrom(0, 30, 55, 70),
    rules: fc.subarray(['r1', 'r2']),
    filtered: fc.boolean(),
  })
  .map(({ goes, day, minute, risk, rules, filtered, ...facts }) => ({
    goes,
    entry: anEntry({
      ...facts,
      at: NEW_YEAR + day * 24 * HOUR + minute * MINUTE,
      risk,
      band: bandOf(risk),
      matches: rules.map((ruleId) => aMatch({ ruleId, filteredBy: filtered ? 'f' : null })),
    }) satisfies JudgedEntry,
  }))

async function rollupOf(
  rollups: Rollups,
  org: OrgId,
  dimension: (typeof DIMENSIONS)[number],
  range: { readonly from: number; readonly to: number },
) {
  return {
    keys: await rollups.keys(org, dimension, range, { limit: 100, orderBy: 'count' }),
    series: await Promise.all([1, 60, 24 * 60].map((step) => rollups.series(org, dimension, range, step))),
  }
}

/** Entries as their positions, and gaps as text. */
async function itemsOf(logs: LogStore, org: OrgId): Promise<(number | string)[]> {
  const { items } = await logs.read(org, BEFORE_ALL, { entries: 5_000, bytes: 64_000_000 })
  return items.map((item) => (item.type === 'gap' ? `${item.from}-${item.to} ${item.reason}` : item.seq))
}
