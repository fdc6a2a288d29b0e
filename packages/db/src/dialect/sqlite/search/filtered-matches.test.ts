import { expect, test } from 'vitest'
import { BEFORE_ALL } from '@sentinelmesh/api/constants'
import { parseStrict } from '@sentinelmesh/query'
import { aMatch, anEntry, NEW_YEAR, SECOND } from '../../../testing/entries.ts'
import { temporaryStore } from '../../../testing/temporary-store.ts'
import { LIMITS } from '../../../limits.ts'

const PLACE = (start: number, end: number) => ({ field: 'payload', pointer: null, start, end })

test('a suppressed match is stored with its entry and counted nowhere', async () => {
  await using db = await temporaryStore()
  const org = await db.anOrg()
  const held = aMatch({ ruleId: 'r1', title: 'Loud', places: [PLACE(0, 2)] })
  const heldBack = aMatch({ ruleId: 'r1', title: 'Quiet', contributes: false, filteredBy: 'f1', places: [PLACE(3, 5)] })
  await db.logs.append(org, [
    anEntry({ at: NEW_YEAR, matches: [held], sourceId: 'a' }),
    anEntry({ at: NEW_YEAR + SECOND, matches: [heldBack], sourceId: 'b', contentHash: new Uint8Array(32) }),
  ])
  const { items } = await db.logs.read(org, BEFORE_ALL, { entries: 9, bytes: 1_000_000 })
  const entries = items.flatMap((item) => (item.type === 'entry' ? [item.entry] : []))
  expect(entries.map(({ fullMatches }) => fullMatches)).toEqual([[held], [heldBack]])
  expect(entries.map(({ matches }) => matches.length)).toEqual([1, 0])
  expect(entries[1]?.snippetMarks).toEqual([])

  for (const text of ['rule:r1', 'has:rule', 'level:high', 'title:Loud', 'rule:r*']) {
    const page = await db.search.page(org, { query: parseStrict(text), now: NEW_YEAR }, { limit: 9, order: 'oldest' })
    expect([text, page.items.map(({ seq }) => seq)]).toEqual([text, [1]])
    expect(await db.search.count(org, { query: parseStrict(text), now: NEW_YEAR })).toMatchObject({ count: 1 })
  }
  const quiet = { query: parseStrict('title:Quiet'), now: NEW_YEAR }
  expect((await db.search.page(org, quiet, { limit: 9, order: 'oldest' })).items).toEqual([])

  const range = { from: NEW_YEAR, to: NEW_YEAR + 60 * SECOND }
  expect(await db.rollups.keys(org, 'rule', range, { limit: 9, orderBy: 'count' })).toMatchObject([{ count: 1 }])
  expect(await db.rollups.verify(org)).toEqual([])
  expect(await db.search.lastMatches(org, ['r1', 'r2'])).toEqual(new Map([['r1', NEW_YEAR]]))

  // A duplicate gets the same reply as the original.
  const [again] = await db.logs.append(org, [
    anEntry({ at: NEW_YEAR, matches: [heldBack], sourceId: 'b', contentHash: new Uint8Array(32) }),
  ])
  expect(again).toMatchObject({ status: 'duplicate', matches: [] })
})

test('the explanation of a match is returned as stored, without the matched text', async () => {
  await using db = await temporaryStore()
  const org = await db.anOrg()
  const places = [PLACE(0, 2), PLACE(3, 5)]
  const long = '😀'.repeat(LIMITS.patternChars)
  const match = aMatch({
    places,
    selections: [
      {
        name: 'selection',
        parts: [
          { field: 'payload', modifiers: ['contains', 'cased'], value: 3, pattern: 'ab*', places: [PLACE(3, 5)] },
          { field: null, modifiers: [], value: 0, pattern: long, places: [PLACE(0, 2), PLACE(90, 91)] },
        ],
      },
      { name: 'absent', parts: [{ field: 'session', modifiers: [], value: 0, pattern: 'null', places: [] }] },
    ],
  })
  const [appended] = await db.logs.append(org, [anEntry({ matches: [match] })])
  if (appended?.status !== 'stored') throw new Error('The entry was not stored.')
  const stored = await db.logs.get(org, appended.id)
  const [first, second] = stored?.fullMatches[0]?.selections ?? []
  expect(second).toEqual(match.selections[1])
  expect(first?.parts[0]).toEqual(match.selections[0]?.parts[0])
  // Places that the match itself does not list are omitted. A long pattern is cut between characters.
  expect(first?.parts[1]).toEqual({
    field: null,
    modifiers: [],
    value: 0,
    places: [PLACE(0, 2)],
    pattern: `${'😀'.repeat(LIMITS.patternChars / 2)}…`,
  })
})
