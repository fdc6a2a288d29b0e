import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OrgId, Seq } from '@sentinelmesh/api'
import { parseStrict } from '@sentinelmesh/query'
import type { Filter, LogSearch, Order, Position } from '../../log-search.ts'
import type { StoredRow } from '../../log-store.ts'
import { LIMITS } from '../../limits.ts'
import { openSqlite } from './open-sqlite.ts'
import { aMatch, anEntry, NEW_YEAR, SECOND, times } from '../../testing/entries.ts'
import { temporaryStore, WORKERS } from '../../testing/temporary-store.ts'

type Store = Awaited<ReturnType<typeof temporaryStore>>

const ALL: Filter = { now: NEW_YEAR }
const asking = (text: string): Filter => ({ ...ALL, query: parseStrict(text) })

/** Every page of a list, and how many there were. */
async function allPages(search: LogSearch, org: OrgId, filter: Filter, options: { order: Order; limit: number }) {
  const items: StoredRow[] = []
  let after: Position | undefined
  let head: Seq | undefined
  let pages = 0
  for (;;) {
    const page = await search.page(org, filter, { ...options, after, head })
    items.push(...page.items)
    pages++
    head ??= page.head
    if (page.next === null) return { items, pages }
    after = page.next
  }
}

describe('pages', () => {
  test('are ordered by instant, ties by seq, both ways', async () => {
    await using db = await temporaryStore()
    const org = await db.anOrg()
    const instants = [5, 3, 3, 9, 1, 3].map((seconds) => NEW_YEAR + seconds * SECOND)
    await db.logs.append(
      org,
      instants.map((at) => anEntry({ at })),
    )
    for (const limit of [1, 2, 6, 7]) {
      const newest = await allPages(db.search, org, ALL, { order: 'newest', limit })
      expect(newest.items.map(({ seq }) => seq)).toEqual([4, 1, 6, 3, 2, 5])
      const oldest = await allPages(db.search, org, ALL, { order: 'oldest', limit })
      expect(oldest.items.map(({ seq }) => seq)).toEqual([5, 2, 3, 6, 1, 4])
    }
  })

  test('hold together while entries arrive, whatever their instants', async () => {
    await using db = await temporaryStore()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(20), { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(20), { maxLength: 20 }),
        fc.integer({ min: 1, max: 7 }),
        async (before, meanwhile, limit) => {
          const org = await db.anOrg()
          const entriesAt = (seconds: readonly number[]) => seconds.map((n) => anEntry({ at: NEW_YEAR + n * SECOND }))
          await db.logs.append(org, entriesAt(before))
          const first = await db.search.page(org, ALL, { order: 'newest', limit })
          await db.logs.append(org, entriesAt(meanwhile))
          const seen = [...first.items]
          for (let after = first.next; after !== null;) {
            const page = await db.search.page(org, ALL, { order: 'newest', limit, after, head: first.head })
            seen.push(...page.items)
            after = page.next
          }
          expect(seen.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(before.map((_, n) => n + 1))
        },
      ),
      { numRuns: 20 },
    )
  })

  test('keep to their time, least risk and query, all at once', async () => {
    await using db = await temporaryStore()
    const org = await db.anOrg()
    await db.logs.append(
      org,
      times(40, (n) =>
        anEntry({
          at: NEW_YEAR + n * SECOND,
          sender: `agent.${n % 2}`,
          risk: n,
          payload: { type: 'text', text: `number ${n}` },
        }),
      ),
    )
    const filter = {
      ...asking('sender:agent.1 number'),
      from: NEW_YEAR + 10 * SECOND,
      to: NEW_YEAR + 30 * SECOND,
      minRisk: 20,
    }
    const { items } = await db.search.page(org, filter, { order: 'oldest', limit: 100 })
    expect(items.map(({ risk }) => risk)).toEqual([21, 23, 25, 27, 29])
    expect(await db.search.count(org, filter)).toEqual({ count: 5, estimated: false })
    const { counts } = await db.search.histogram(org, filter, 2)
    expect(counts).toEqual([
      { none: 0, low: 0, medium: 0, high: 0, critical: 0 },
      { none: 0, low: 5, medium: 0, high: 0, critical: 0 },
    ])
  })

  test('skip what numbered pages have passed', async () => {
    await using db = await temporaryStore()
    const org = await db.anOrg()
    await db.logs.append(
      org,
      times(10, (n) => anEntry({ at: NEW_YEAR + n })),
    )
    const { items, next } = await db.search.page(org, ALL, { order: 'oldest', limit: 3, skip: 6 })
    expect(items.map(({ seq }) => seq)).toEqual([7, 8, 9])
    expect(next).toEqual({ at: NEW_YEAR + 8, seq: 9 })
  })

  test('give whole entries when asked, as many as fit into the bytes', async () => {
    await using db = await temporaryStore()
    const org = await db.anOrg()
    const text = 'x'.repeat(1_000)
    await db.logs.append(
      org,
      times(5, (n) => anEntry({ at: NEW_YEAR + n, payload: { type: 'text', text }, matches: [aMatch()] })),
    )
    const page = await db.search.page(org, ALL, { order: 'oldest', limit: 5, whole: true, bytes: 2_500 })
    expect(page.items.map(({ seq }) => seq)).toEqual([1, 2])
    expect(page.items[0]).toMatchObject({ payload: { text }, fullMatches: [{ ruleId: 'rule-1', points: 70 }] })
    expect(page.next).toEqual({ at: NEW_YEAR + 1, seq: 2 })
  })
})

test('a histogram from roll-ups says the same as one from the entries, also after a purge', async () => {
  await using db = await temporaryStore()
  const org = await db.anOrg()
  const minute = 60 * SECOND
  const range = { from: NEW_YEAR, to: NEW_YEAR + 20 * minute }
  await db.logs.append(
    org,
    times(60, (n) =>
      anEntry({
        at: NEW_YEAR + n * 20 * SECOND,
        receivedAt: NEW_YEAR + n * 20 * SECOND,
        ...(n % 3 === 0 ? { risk: 90, band: 'critical' } : {}),
      }),
    ),
  )
  const both = async () => [
    await db.search.histogram(org, { ...ALL, ...range }, 5),
    await db.search.histogram(org, { ...ALL, ...range, minRisk: 0 }, 5),
  ]
  const full = { none: 8, low: 0, medium: 0, high: 0, critical: 4 }
  expect(await both()).toEqual(times(2, () => ({ counts: times(5, () => full), incomplete: false })))
  await db.logs.purge(org, NEW_YEAR + 4 * minute, 100)
  const purged = times(5, (n) => (n === 0 ? { none: 0, low: 0, medium: 0, high: 0, critical: 0 } : full))
  expect(await both()).toEqual(times(2, () => ({ counts: purged, incomplete: false })))
})

describe('two hundred thousand entries of two orgs', () => {
  let db: Store
  let org: OrgId
  let other: OrgId
  const EACH = 100_000

  beforeAll(async () => {
    db = await temporaryStore()
    ;[org, other] = [await db.anOrg(), await db.anOrg()]
    const sent = (id: OrgId, from: number) =>
      db.logs.append(
        id,
        times(1_000, (n) =>
          anEntry({
            at: NEW_YEAR + (from + n) * 1_000,
            sender: `agent.${(from + n) % 50}`,
            payload: { type: 'text', text: id === org ? `mine ${from + n}` : `theirs ${from + n}` },
            ...((from + n) % 1_000 === 0 ? { risk: 70, band: 'high', matches: [aMatch()] } : {}),
          }),
        ),
      )
    for (let from = 0; from < EACH; from += 5_000)
      await Promise.all(times(5, (n) => [sent(org, from + n * 1_000), sent(other, from + n * 1_000)]).flat())
  }, 120_000)
  afterAll(() => db[Symbol.asyncDispose]())

  test('no page, count or histogram holds an entry of the other org', async () => {
    const filters = [ALL, asking('sender:agent.7'), asking('rule:rule-1'), asking('theirs'), { ...ALL, minRisk: 60 }]
    for (const filter of filters) {
      const { items } = await db.search.page(org, filter, { order: 'newest', limit: 500 })
      expect(items.filter(({ snippet }) => !snippet.startsWith('mine'))).toEqual([])
    }
    expect(await db.search.count(org, asking('theirs'))).toEqual({ count: 0, estimated: false })
  })

  test('totals are exact where they are few or nothing is filtered, else bounded', async () => {
    expect(await db.search.count(org, ALL)).toEqual({ count: EACH, estimated: false })
    expect(await db.search.count(org, asking('sender:agent.7'))).toEqual({ count: EACH / 50, estimated: false })
    expect(await db.search.count(org, { ...ALL, from: NEW_YEAR })).toEqual({
      count: LIMITS.countedExactly,
      estimated: true,
    })
  })

  test('what is found does not depend on whether it is much or little', async () => {
    const seqs = async (filter: Filter) =>
      (await db.search.page(org, filter, { order: 'newest', limit: 5 })).items.map(({ seq }) => seq)
    const risky = times(5, (n) => EACH - 999 - n * 1_000)
    const { from: _, ...everything } = { ...ALL, from: 0 }
    expect(await seqs({ ...ALL, minRisk: 0 })).toEqual(await seqs(everything))
    for (const text of ['risk>=60', 'risk>69', 'risk>=60 rule:rule-1', 'rule:rule-1', 'risk:70', 'level:high'])
      expect(await seqs(asking(text))).toEqual(risky)
    expect(await seqs({ ...asking('risk>=10'), minRisk: 60 })).toEqual(risky)
    for (const text of ['risk>70', 'rule:rule-2', '-risk>=0']) expect(await seqs(asking(text))).toEqual([])
    expect(await db.search.count(org, asking('risk>=60'))).toEqual({ count: 100, estimated: false })
    expect(await db.search.count(org, asking('risk>=0'))).toEqual({ count: LIMITS.countedExactly, estimated: true })
  })

  test('a histogram accounts for every entry', async () => {
    const range = { from: NEW_YEAR, to: NEW_YEAR + EACH * 1_000 }
    const { counts, incomplete } = await db.search.histogram(org, { ...ALL, ...range }, 100)
    expect(incomplete).toBe(false)
    expect(counts).toEqual(times(100, () => ({ none: 999, low: 0, medium: 0, high: 1, critical: 0 })))
  })

  test('a search that takes many slices finds the same as one that takes a single one', async () => {
    // Looks at every payload, and finds little.
    const filter = asking('payload:/^mine [0-9]*777$/')
    const sliced = await openSqlite({ file: db.file, workers: WORKERS, searchSliceMs: 5 })
    for (const { search } of [db, sliced]) {
      const { items } = await allPages(search, org, filter, { order: 'newest', limit: 50 })
      expect(items.map(({ seq }) => seq)).toEqual(times(100, (n) => EACH - n * 1_000 - 222))
      expect(await search.count(org, filter)).toEqual({ count: 100, estimated: false })
      const skipped = await search.page(org, filter, { order: 'newest', limit: 2, skip: 90 })
      expect(skipped.items.map(({ seq }) => seq)).toEqual([EACH - 90_222, EACH - 91_222])
      const oldest = await search.page(org, filter, { order: 'oldest', limit: 2 })
      expect(oldest.items.map(({ seq }) => seq)).toEqual([778, 1_778])
    }
    await sliced.close()
  })

  test('a search whose time is over says so, gives what it found, and can be gone on with', async () => {
    const hurried = await openSqlite({ file: db.file, workers: WORKERS, searchSliceMs: 5, searchMs: 20 })
    const filter = asking('payload:/^mine [0-9]*777$/')
    const seen: number[] = []
    let incomplete = 0
    for (let after: Position | undefined; ;) {
      const page = await hurried.search.page(org, filter, { order: 'newest', limit: 500, after })
      seen.push(...page.items.map(({ seq }) => seq))
      if (page.incomplete) incomplete++
      if (page.next === null) break
      after = page.next
    }
    expect(incomplete).toBeGreaterThan(0)
    expect(seen).toEqual(times(100, (n) => EACH - n * 1_000 - 222))
    const range = { from: NEW_YEAR, to: NEW_YEAR + EACH * 1_000 }
    expect(await hurried.search.histogram(org, { ...filter, ...range }, 2)).toMatchObject({ incomplete: true })
    expect(await hurried.search.count(org, filter)).toMatchObject({ estimated: true })
    await hurried.close()
  })

  test('an interactive page does not queue behind searches', async () => {
    let searching = 8
    const searches = times(8, async () => {
      await db.search.count(other, asking('payload:/nothing[xyz]+like[xyz]+this/'))
      searching--
    })
    for (let n = 0; n < 5; n++) await db.search.page(org, ALL, { order: 'newest', limit: 50 })
    expect(searching).toBe(8)
    await Promise.all(searches)
  })
})
