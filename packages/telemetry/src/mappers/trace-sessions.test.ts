import { expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import { traceSessions } from './trace-sessions.ts'

const [ONE, OTHER] = [1 as OrgId, 2 as OrgId]

test('an org that tells of very many traces loses its oldest, and others lose none', () => {
  const sessions = traceSessions({ now: () => 0 })
  sessions.ofOrg(OTHER).told('theirs', 's')
  for (let trace = 0; trace <= 10_000; trace++) sessions.ofOrg(ONE).told(`trace ${trace}`, 's')
  expect(['trace 0', 'trace 1', 'trace 10000'].map((trace) => sessions.ofOrg(ONE).of(trace))).toEqual([null, 's', 's'])
  expect(sessions.ofOrg(OTHER).of('theirs')).toBe('s')
  expect(sessions.ofOrg(OTHER).of('trace 1')).toBeNull()
})

test('the last word counts, for ten minutes; a session longer than any is none', () => {
  let now = 0
  const sessions = traceSessions({ now: () => now }).ofOrg(ONE)
  sessions.told('a', 'first')
  sessions.told('a', 'second')
  sessions.told('b', 'x'.repeat(257))
  expect([sessions.of('a'), sessions.of('b')]).toEqual(['second', null])
  now = 10 * 60_000
  expect(sessions.of('a')).toBeNull()
})
