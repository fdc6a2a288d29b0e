import { expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import { traceSessions } from './trace-sessions.ts'

const [ONE, OTHER] = [1 as OrgId, 2 as OrgId]

test('an org with too many traces loses its oldest, and other orgs lose none', () => {
  const sessions = traceSessions({ now: () => 0 })
  sessions.ofOrg(OTHER).remember('theirs', 's')
  for (let trace = 0; trace <= 10_000; trace++) sessions.ofOrg(ONE).remember(`trace ${trace}`, 's')
  expect(['trace 0', 'trace 1', 'trace 10000'].map((trace) => sessions.ofOrg(ONE).get(trace))).toEqual([null, 's', 's'])
  expect(sessions.ofOrg(OTHER).get('theirs')).toBe('s')
  expect(sessions.ofOrg(OTHER).get('trace 1')).toBeNull()
})

test('the last session of a trace counts for ten minutes, and one that is too long is ignored', () => {
  let now = 0
  const sessions = traceSessions({ now: () => now }).ofOrg(ONE)
  sessions.remember('a', 'first')
  sessions.remember('a', 'second')
  sessions.remember('b', 'x'.repeat(257))
  expect([sessions.get('a'), sessions.get('b')]).toEqual(['second', null])
  now = 10 * 60_000
  expect(sessions.get('a')).toBeNull()
})
