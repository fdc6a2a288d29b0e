import { describe, expect, test } from 'vitest'
import { DomainError } from '@sentinelmesh/api/constants'
import type { OrgId } from '@sentinelmesh/api'
import { parseStrict } from '@sentinelmesh/query'
import type { ReadFigures } from '../../../database.ts'
import type { Filter, LogSearch } from '../../../log-search.ts'
import { LIMITS } from '../../../limits.ts'
import { anEntry, NEW_YEAR, noise, times } from '../../../testing/entries.ts'
import { temporaryStore, type TemporaryStore } from '../../../testing/temporary-store.ts'

/** The reasons of the rejected calls, and the number of answered ones. */
function outcomes(settled: readonly PromiseSettledResult<unknown>[]) {
  const refusals = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  return { refusals, answered: settled.length - refusals.length }
}

const GONE = new DomainError('cancelled')
/** Takes millions of steps for each `noise` entry and matches none. */
const HOSTILE: Filter = { now: NEW_YEAR, query: parseStrict('payload:/[ab]*a[ab]{300}c/') }
const PAGE = { order: 'newest', limit: 1 } as const

const searching = ({ running }: ReadFigures) => running.search + running.heavy
const waiting = ({ waiting: { search, heavy } }: ReadFigures) => search + heavy

async function anOrgWithNoise(db: TemporaryStore, entries = 60): Promise<OrgId> {
  const org = await db.anOrg()
  await db.logs.append(
    org,
    times(entries, (n) => anEntry({ at: NEW_YEAR + n, payload: { type: 'text', text: noise(64 * 1024, n) } })),
  )
  return org
}

/** Polls the read figures until `holds`, with a quick read between polls. */
async function untilReads(db: TemporaryStore, holds: (figures: ReadFigures) => boolean) {
  const org = await db.anOrg()
  while (!holds(db.health().reads)) await db.logs.head(org)
}

test('excess searches of an org are rejected with the limit; queued ones and quick reads are answered', async () => {
  await using db = await temporaryStore()
  const org = await db.anOrg()
  await db.logs.append(
    org,
    times(500, () => anEntry({ payload: { type: 'text', text: 'alive' } })),
  )
  const query = parseStrict('payload:/al.+e$/')
  const search = () => db.search.page(org, { now: NEW_YEAR, query }, PAGE)
  const flood = Promise.allSettled(times(LIMITS.searchesWaiting * 4, search))
  expect((await db.logs.head(org)).entries).toBe(500)
  const { refusals, answered } = outcomes(await flood)
  expect(answered).toBeGreaterThanOrEqual(LIMITS.searchesWaiting)
  expect(refusals.length).toBeGreaterThan(0)
  for (const refusal of refusals)
    expect(refusal).toMatchObject({
      code: 'rate_limited',
      message: expect.stringContaining('searchesWaiting'),
      details: { limit: 'searchesWaiting', allowed: LIMITS.searchesWaiting, retryAfterSeconds: 1 },
    })
  expect((await search()).items).toHaveLength(1)
})

test('excess point reads of an org are rejected with the limit; reads of another org are answered', async () => {
  await using db = await temporaryStore()
  const [org, other] = [await db.anOrg(), await db.anOrg()]
  const read = () => db.logs.head(org)
  const flood = Promise.allSettled(times(LIMITS.readsWaiting + 100, read))
  expect((await db.logs.head(other)).entries).toBe(0)
  const { refusals, answered } = outcomes(await flood)
  expect(answered).toBeGreaterThanOrEqual(LIMITS.readsWaiting)
  expect(refusals[0]).toMatchObject({ code: 'rate_limited', details: { limit: 'readsWaiting' } })
  expect((await read()).entries).toBe(0)
})

describe('a flood of slow searches', () => {
  test('does not block searches and figures of another org', async () => {
    await using db = await temporaryStore()
    const [flooding, other] = [await anOrgWithNoise(db), await db.anOrg()]
    await db.logs.append(other, [anEntry({ payload: { type: 'text', text: 'a needle' } })])
    const left = new AbortController()
    const { search } = db.reading(left.signal)
    let ended = 0
    const flood = Promise.allSettled(times(20, () => search.page(flooding, HOSTILE, PAGE).finally(() => ended++)))
    await untilReads(db, (figures) => searching(figures) > 0)

    const needle = { now: NEW_YEAR, query: parseStrict('needle') }
    expect((await db.search.page(other, needle, PAGE)).items).toHaveLength(1)
    expect(await db.search.count(other, needle)).toEqual({ count: 1, estimated: false })
    const day = { from: NEW_YEAR, to: NEW_YEAR + 86_400e6 }
    expect(
      await db.rollups.ranking(other, 'sender', day, { limit: 5, orderBy: 'count', silentSince: 0 }),
    ).toMatchObject({
      keys: 1,
    })
    expect(ended).toBe(0)
    expect(waiting(db.health().reads)).toBeGreaterThan(0)

    left.abort(GONE)
    const { refusals } = outcomes(await flood)
    expect(refusals).toEqual(times(20, () => GONE))
  })

  test('occupies at most the share of its org, and heavy searches never take the last reader', async () => {
    await using db = await temporaryStore({ readers: 3 })
    const orgs = [await anOrgWithNoise(db), await anOrgWithNoise(db), await anOrgWithNoise(db)]
    const left = new AbortController()
    const { search } = db.reading(left.signal)
    const flood = (org: OrgId) => Promise.allSettled(times(5, () => search.page(org, HOSTILE, PAGE)))
    const [first, ...others] = orgs as [OrgId, ...OrgId[]]
    const quiet = await db.anOrg()
    const most = { searching: 0, heavy: 0 }
    const watch = async (holds: () => boolean) => {
      while (!holds()) {
        await db.logs.head(quiet)
        const figures = db.health().reads
        most.searching = Math.max(most.searching, searching(figures))
        most.heavy = Math.max(most.heavy, figures.running.heavy)
      }
    }
    const one = flood(first)
    await watch(() => db.health().reads.running.heavy > 0)
    expect(most.searching).toBe(1)
    const all = [one, ...others.map(flood)]
    await watch(() => db.health().reads.waiting.heavy > 0 && searching(db.health().reads) > 1)
    expect(most).toEqual({ searching: 2, heavy: 1 })
    left.abort(GONE)
    await Promise.all(all)
  })
})

describe('a caller that disconnects', () => {
  test('stops its search early and frees the reader for others', async () => {
    await using db = await temporaryStore()
    const [org, other] = [await anOrgWithNoise(db), await db.anOrg()]
    const left = new AbortController()
    const pending = db.reading(left.signal).search.page(org, HOSTILE, PAGE)
    await untilReads(db, ({ steps }) => steps > 1_000_000)

    left.abort(GONE)
    const before = db.health().reads.steps
    await expect(pending).rejects.toBe(GONE)
    await untilReads(db, (figures) => searching(figures) === 0)
    const { steps } = db.health().reads
    // The steps until the next check of the flag, and steps not yet reported.
    expect(steps - before).toBeLessThan(500_000)
    for (let n = 0; n < 100; n++) await db.logs.head(other)
    expect(db.health().reads).toMatchObject({ steps, cancelled: 1 })
  })

  test('leaves the queue at once', async () => {
    await using db = await temporaryStore()
    const org = await anOrgWithNoise(db)
    const running = new AbortController()
    const flood = Promise.allSettled(times(5, () => db.reading(running.signal).search.page(org, HOSTILE, PAGE)))
    await untilReads(db, (figures) => waiting(figures) === 4)
    const queued = new AbortController()
    const pending = db.reading(queued.signal).search.page(org, HOSTILE, PAGE)
    await untilReads(db, (figures) => waiting(figures) === 5)
    queued.abort(GONE)
    expect(waiting(db.health().reads)).toBe(4)
    await expect(pending).rejects.toBe(GONE)
    running.abort(GONE)
    expect(waiting(db.health().reads)).toBe(0)
    await flood
  })
})

test('closing the store stops searches, no matter how long they would take', async () => {
  const db = await temporaryStore()
  const org = await anOrgWithNoise(db)
  const pending = Promise.allSettled(times(10, () => db.search.page(org, HOSTILE, PAGE)))
  await untilReads(db, (figures) => searching(figures) > 0)
  db.endSearches()
  const { refusals } = outcomes(await pending)
  expect(refusals.map((refusal) => (refusal as DomainError).code)).toEqual(times(10, () => 'shutting_down'))
  await expect(db.search.page(org, HOSTILE, PAGE)).rejects.toMatchObject({ code: 'shutting_down' })
  expect((await db.logs.head(org)).entries).toBe(60)
  await db[Symbol.asyncDispose]()
})

describe('an entry that exceeds the deadline on its own', () => {
  /** With no time at all, any read that checks its deadline fails. Short entries never check it. */
  const IMPATIENT = { searchSliceMs: 0, searchEntryMs: 0 }
  const EITHER: Filter = { now: NEW_YEAR, query: parseStrict('payload:/[ab]*a[ab]{300}c|odd$/') }
  const SLOW = 5

  async function withOneSlow() {
    const db = await temporaryStore(IMPATIENT)
    const org = await db.anOrg()
    const text = (n: number) => (n + 1 === SLOW ? noise(256 * 1024, 1) : n % 2 === 0 ? 'odd' : 'even')
    await db.logs.append(
      org,
      times(12, (n) => anEntry({ at: NEW_YEAR + n, payload: { type: 'text', text: text(n) } })),
    )
    return { db, org }
  }
  const seqs = ({ items }: Awaited<ReturnType<LogSearch['page']>>) => items.map(({ seq }) => seq)

  test('is skipped and named, and the search continues after it', async () => {
    const { db, org } = await withOneSlow()
    await using _ = db
    const page = await db.search.page(org, EITHER, { order: 'newest', limit: 10 })
    expect(seqs(page)).toEqual([11, 9, 7, 3, 1])
    expect(page).toMatchObject({ incomplete: true, undecided: [SLOW], next: null })
    // A negation is undecided if its clause is.
    const others = await db.search.page(
      org,
      { now: NEW_YEAR, query: parseStrict('-payload:/[ab]*a[ab]{300}c|odd$/') },
      { order: 'oldest', limit: 10 },
    )
    expect(seqs(others)).toEqual([2, 4, 6, 8, 10, 12])
    expect(others).toMatchObject({ incomplete: true, undecided: [SLOW] })
  })

  test('makes totals, histograms and facets report that they exclude it', async () => {
    const { db, org } = await withOneSlow()
    await using _ = db
    expect(await db.search.count(org, EITHER)).toEqual({ count: 5, estimated: true })
    const extent = { incomplete: true, undecided: [SLOW] }
    const day = { from: NEW_YEAR, to: NEW_YEAR + 86_400e6 }
    expect(await db.search.histogram(org, { ...EITHER, ...day }, 1)).toMatchObject({ counts: [{ none: 5 }], ...extent })
    expect(await db.search.facets(org, EITHER, { fields: ['band'], limit: 1 })).toMatchObject({
      facets: [{ values: [{ value: 'none', count: 5 }] }],
      ...extent,
    })
  })

  test('is skipped and counted when followers read with a filter', async () => {
    const { db, org } = await withOneSlow()
    await using _ = db
    const query = { ast: parseStrict('payload:/[ab]*a[ab]{300}c|odd$/'), now: NEW_YEAR }
    const found: number[] = []
    let undecided = 0
    for (let cursor = 0, more = true; more;) {
      const slice = await db.logs.readMatching(org, cursor as never, query, { entries: 5, bytes: 1_000_000 })
      found.push(...slice.items.flatMap((item) => (item.type === 'entry' ? [item.seq] : [])))
      undecided += slice.undecided ?? 0
      ;({ cursor, more } = slice)
    }
    expect({ found, undecided }).toEqual({ found: [1, 3, 7, 9, 11], undecided: 1 })
  })
})
