import { expect, test } from 'vitest'
import type { Seq } from '@sentinelmesh/api'
import { parseStrict } from '@sentinelmesh/query'
import { narrowing } from './narrow.ts'

const AT = Date.UTC(2026, 10, 12, 14, 3) * 1_000
const STOPPED = { incomplete: true, stoppedAt: { at: AT, seq: 7 as Seq }, undecided: [] }
const advice = (q: string, from?: number) => narrowing({ query: parseStrict(q), from, now: AT }, STOPPED).narrow

test('a search that ended early reports how far it got, and suggests filters that the query does not use yet', () => {
  expect(narrowing({ now: AT, from: AT - 1 }, STOPPED)).toEqual({
    incomplete: true,
    narrow: 'Narrow the time range, or add a sender, a session or a word.',
    searchedTo: '2026-11-12T14:03:00.000Z',
    undecided: [],
  })
  expect(advice('payload:/x+y/')).toBe('Say from when on, or add a sender, a session or a word.')
  expect(advice('payload:/x+y/ sender:agent.a', AT - 1)).toBe('Narrow the time range, or add a session or a word.')
  expect(advice('sender:a session:s hello', AT - 1)).toBe('Narrow the time range.')
  // An exclusion or an alternative does not count as a filter.
  expect(advice('-sender:a (session:s OR x)', AT - 1)).toContain('add a sender, a session or a word')
})

test('a search that completed suggests nothing', () => {
  expect(narrowing({ now: AT }, { incomplete: false, stoppedAt: null, undecided: [] })).toEqual({
    incomplete: false,
    narrow: null,
    searchedTo: null,
    undecided: [],
  })
})

test('a search that left entries out names them, however far it got', () => {
  const all = { incomplete: true, stoppedAt: null, undecided: [7 as Seq] }
  expect(narrowing({ now: AT, from: AT - 1 }, all)).toEqual({
    incomplete: true,
    narrow:
      'Checking entry 7 took too long, so it was left out. Narrow the time range, or add a sender, a session or a word.',
    searchedTo: null,
    undecided: [7],
  })
  expect(narrowing({ now: AT }, { ...all, undecided: [9 as Seq, 7 as Seq] }).narrow).toContain(
    'Checking 2 entries took too long, so they were left out; the first is entry 9.',
  )
})
