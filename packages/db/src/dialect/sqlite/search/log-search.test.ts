import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OrgId, Seq } from '@sentinelmesh/api'
import { parseStrict } from '@sentinelmesh/query'
import type { Filter, LogSearch, Order, Page, Position } from '../../../log-search.ts'
import type { StoredRow } from '../../../log-store.ts'
import { LIMITS } from '../../../limits.ts'
import { openSqlite } from '../open-sqlite.ts'
import { aMatch, anEntry, NEW_YEAR, times } from '../../../testing/entries.ts'
import { logSearchConformance } from '../../../testing/log-search.conformance.ts'
import { temporaryStore, WORKERS } from '../../../testing/temporary-store.ts'

type Store = Awaited<ReturnType<typeof temporaryStore>>

const ALL: Filter = { now: NEW_YEAR }
const asking = (text: string): Filter => ({ ...ALL, query: parseStrict(text) })

/** The items of all pages, and the number of pages. */
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

logSearchConformance('SQLite', () => temporaryStore())

test('a single entry that takes longer than a slice does not block a search forever', async () => {
  // Each slice ends before it begins, so every window shrinks to one entry.
  await using db = await temporaryStore({ searchSliceMs: 0 })
  const org = await db.anOrg()
  await db.logs.append(
    org,
    times(70, (n) => anEntry({ at: NEW_YEAR + n, payload: { type: 'text', text: n % 2 === 0 ? 'even' : 'odd' } })),
  )
  for (const filter of [asking('payload:/od+$/'), asking('odd')]) {
    const { items } = await allPages(db.search, org, filter, { order: 'oldest', limit: 10 })
    expect(items.map(({ seq }) => seq)).toEqual(times(35, (n) => 2 * n + 2))
    expect(await db.search.count(org, filter)).toEqual({ count: 35, estimated: false })
  }
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

  test('no page, count or histogram contains an entry of the other org', async () => {
    const filters = [ALL, asking('sender:agent.7'), asking('rule:rule-1'), asking('theirs'), { ...ALL, minRisk: 60 }]
    for (const filter of filters) {
      const { items } = await db.search.page(org, filter, { order: 'newest', limit: 500 })
      expect(items.filter(({ snippet }) => !snippet.startsWith('mine'))).toEqual([])
    }
    expect(await db.search.count(org, asking('theirs'))).toEqual({ count: 0, estimated: false })
  })

  test('totals are exact if they are small or unfiltered, and estimated within bounds otherwise', async () => {
    expect(await db.search.count(org, ALL)).toEqual({ count: EACH, estimated: false })
    expect(await db.search.count(org, asking('sender:agent.7'))).toEqual({ count: EACH / 50, estimated: false })
    // Counts from roll-ups are exact, no matter how large.
    expect(await db.search.count(org, { ...ALL, from: NEW_YEAR + 1 })).toEqual({ count: EACH - 1, estimated: false })
    expect(await db.search.count(org, asking('band:none'))).toEqual({ count: EACH - 100, estimated: false })
    for (const [text, about] of [
      ['mine', EACH],
      ['mine -sender:agent.7', EACH * 0.98],
      ['payload:/[05]$/', EACH / 5],
    ] as const) {
      const { count, estimated } = await db.search.count(org, asking(text))
      expect(estimated).toBe(true)
      expect(Math.abs(count - about) / about).toBeLessThan(0.15)
    }
    // Exceeds the limit for exact counts, which a sample does not show.
    expect((await db.search.count(org, asking('payload:/[0]$/'))).count).toBeGreaterThanOrEqual(LIMITS.countedExactly)
  })

  test('results do not depend on how selective the filter is', async () => {
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
    expect(await db.search.count(org, asking('risk>=0'))).toEqual({ count: EACH, estimated: false })
  })

  test('a histogram accounts for every entry', async () => {
    const range = { from: NEW_YEAR, to: NEW_YEAR + EACH * 1_000 }
    const { counts, incomplete } = await db.search.histogram(org, { ...ALL, ...range }, 100)
    expect(incomplete).toBe(false)
    expect(counts).toEqual(times(100, () => ({ none: 999, low: 0, medium: 0, high: 1, critical: 0 })))
  })

  test('a search in many slices finds the same entries as one in a single slice', async () => {
    // Reads every payload and finds few.
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

  test('a search past its deadline says so, returns what it found, and can be continued', async () => {
    const hurried = await openSqlite({ file: db.file, workers: WORKERS, searchSliceMs: 25, searchMs: 1 })
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
    const stopped = { incomplete: true, stoppedAt: { at: expect.any(Number), seq: expect.any(Number) } }
    expect(await hurried.search.histogram(org, { ...filter, ...range }, 2)).toMatchObject(stopped)
    expect(await hurried.search.facets(org, filter, { fields: ['sender'], limit: 1 })).toMatchObject(stopped)
    expect(await hurried.search.count(org, filter)).toMatchObject({ estimated: true })
    // It also continues backward.
    const back: number[] = []
    for (let before: Position | null = { at: NEW_YEAR, seq: 0 as Seq }; before !== null;) {
      const page: Page<StoredRow> = await hurried.search.page(org, filter, { order: 'newest', limit: 500, before })
      back.unshift(...page.items.map(({ seq }) => seq))
      before = page.previous
    }
    expect(back).toEqual(seen)
    await hurried.close()
  })

  test('facets of a search in many slices equal those of one in a single slice', async () => {
    const filter = asking('payload:/^mine [0-9]*777$/')
    const options = { fields: ['sender', 'band'], limit: 2 } as const
    const sliced = await openSqlite({ file: db.file, workers: WORKERS, searchSliceMs: 5 })
    const expected = {
      facets: [
        { field: 'sender', values: [{ value: 'agent.27', count: 100 }], distinct: 1 },
        { field: 'band', values: [{ value: 'none', count: 100 }], distinct: 1 },
      ],
      estimated: false,
      incomplete: false,
      stoppedAt: null,
      undecided: [],
    }
    for (const { search } of [db, sliced]) expect(await search.facets(org, filter, options)).toEqual(expected)
    await sliced.close()
  })

  test('facets of very many entries are estimated and say so', async () => {
    const { facets, estimated } = await db.search.facets(org, asking('mine'), {
      fields: ['band', 'sender'],
      limit: 100,
    })
    expect(estimated).toBe(true)
    const [bands, senders] = facets
    expect(bands?.values[0]?.value).toBe('none')
    expect(Math.abs((bands?.values[0]?.count ?? 0) - EACH)).toBeLessThan(EACH / 20)
    expect(senders?.values.length).toBe(50)
    const about = senders?.values.reduce((sum, { count }) => sum + count, 0) ?? 0
    expect(Math.abs(about - EACH)).toBeLessThan(EACH / 20)
    // Facets from roll-ups are exact.
    expect(await db.search.facets(org, ALL, { fields: ['band'], limit: 1 })).toMatchObject({
      facets: [{ values: [{ value: 'none', count: EACH - 100 }] }],
      estimated: false,
    })
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
