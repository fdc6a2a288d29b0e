import { expect, test } from 'vitest'
import { LIMITS } from '../limits.ts'
import { namedCalls } from './named-calls.ts'

const params = (callId: string, sessionId?: string) => ({ _meta: { callId, sessionId } })
const ID = 'an-id-of-sixteen-letters'

test('the first request of a call has the anchor that hooks and telemetry use, a second one does not', () => {
  const calls = namedCalls(null)
  expect(calls.of(params(ID), null)).toEqual({ callId: ID, session: null, anchor: `call ${ID}` })
  expect(calls.of(params(ID), null)).toEqual({ callId: ID, session: null, anchor: null })
})

test('a request that arrives twice keeps its anchor', () => {
  const calls = namedCalls(null)
  const [first, second] = [calls.of(params(ID), 'session:1'), calls.of(params(ID), 'session:1')]
  expect(second).toEqual(first)
  expect(calls.of(params(ID), 'session:2')?.anchor).toBeNull()
})

test('a call of Claude Code belongs to the session that started the proxy', () => {
  const call = namedCalls('of-claude').of({ _meta: { 'claudecode/toolUseId': 'toolu_1' } }, null)
  expect(call).toMatchObject({ callId: 'toolu_1', session: 'of-claude' })
})

test('beyond the limit the oldest anchor is forgotten', () => {
  const calls = namedCalls(null)
  calls.of(params('first', 's'), null)
  for (let n = 0; n < LIMITS.namedCalls; n += 1) calls.of(params(`call ${n}`, 's'), null)
  expect(calls.of(params('first', 's'), null)?.anchor).not.toBeNull()
})
