import { expect, test } from 'vitest'
import { parseStrict } from '@sentinelmesh/query'
import { LIMITS } from '../../limits.ts'
import { anEntry, NEW_YEAR, times } from '../../testing/entries.ts'
import { temporaryStore } from '../../testing/temporary-store.ts'

/** How the refused ones were refused, and how many were answered. */
function outcomes(settled: readonly PromiseSettledResult<unknown>[]) {
  const refusals = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  return { refusals, answered: settled.length - refusals.length }
}

test('too many searches at once are refused by name; those that wait are answered, and what is quick is not refused', async () => {
  await using db = await temporaryStore()
  const org = await db.anOrg()
  await db.logs.append(
    org,
    times(500, () => anEntry({ payload: { type: 'text', text: 'alive' } })),
  )
  const query = parseStrict('payload:/al.+e$/')
  const search = () => db.search.page(org, { now: NEW_YEAR, query }, { order: 'newest', limit: 1 })
  const searching = Promise.allSettled(times(LIMITS.searchesWaiting * 2, search))
  expect((await db.logs.head(org)).entries).toBe(500)
  const { refusals, answered } = outcomes(await searching)
  expect(answered).toBeGreaterThanOrEqual(LIMITS.searchesWaiting)
  expect(refusals.length).toBeGreaterThan(0)
  for (const refusal of refusals)
    expect(refusal).toMatchObject({
      code: 'store_busy',
      message: expect.stringContaining('searchesWaiting'),
      details: { limit: 'searchesWaiting', allowed: LIMITS.searchesWaiting, retryAfterSeconds: 1 },
    })
  expect((await search()).items).toHaveLength(1)
})

test('so are too many reads of points and pages', async () => {
  await using db = await temporaryStore()
  const org = await db.anOrg()
  const read = () => db.logs.head(org)
  const { refusals, answered } = outcomes(await Promise.allSettled(times(LIMITS.readsWaiting + 100, read)))
  expect(answered).toBeGreaterThanOrEqual(LIMITS.readsWaiting)
  expect(refusals[0]).toMatchObject({ code: 'store_busy', details: { limit: 'readsWaiting' } })
  expect((await read()).entries).toBe(0)
})
