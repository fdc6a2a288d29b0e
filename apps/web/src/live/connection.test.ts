import { expect, test } from 'vitest'
import { BACK_OFF_MS, type Connection, connectionAfter } from './connection.ts'

const lostAt = (before: Connection, now: number) => connectionAfter(before, 'closed', now)

test('a lost socket is retried after 1, 2, 4, 8 and then every 15 seconds, and records when it was lost', () => {
  let state: Connection = { status: 'open', since: 0 }
  const waits: number[] = []
  let now = 1_000
  for (let attempt = 0; attempt < 7; attempt++) {
    state = lostAt(state, now)
    if (state.status !== 'lost' || state.retryAt === null) throw new Error('expected to wait')
    waits.push(state.retryAt - now)
    now = state.retryAt
    state = connectionAfter(state, 'retrying', now)
  }
  expect(waits).toEqual([...BACK_OFF_MS, 15_000, 15_000])
  expect(state).toMatchObject({ since: 1_000, retryAt: null })
})

test('an opened socket resets the number of attempts', () => {
  const state = connectionAfter(lostAt(lostAt({ status: 'connecting' }, 0), 5), 'opened', 10)
  expect(lostAt(state, 20)).toEqual({ status: 'lost', since: 20, attempt: 1, retryAt: 1_020 })
})

test('an ended connection stays ended until it is restarted', () => {
  const ended: Connection = { status: 'ended' }
  expect(connectionAfter(ended, 'closed', 1)).toBe(ended)
  expect(connectionAfter(ended, 'opened', 1)).toBe(ended)
  expect(connectionAfter(ended, 'restarted', 1)).toEqual({ status: 'connecting' })
})
