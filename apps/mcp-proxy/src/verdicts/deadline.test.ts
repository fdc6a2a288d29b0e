import { expect, test } from 'vitest'
import { TIMED_OUT, withDeadline } from './deadline.ts'

const NEVER = new Promise<never>(() => {})
const LONG_MS = 60_000

test('a result in time is returned, and an error is thrown', async () => {
  await expect(withDeadline(Promise.resolve('result'), LONG_MS)).resolves.toBe('result')
  await expect(withDeadline(Promise.reject(new Error('failed')), LONG_MS)).rejects.toThrow('failed')
})

test('a result that never comes times out', async () => {
  await expect(withDeadline(NEVER, 1)).resolves.toBe(TIMED_OUT)
})

test('a signal that aborts, or has aborted, ends the wait', async () => {
  const controller = new AbortController()
  const waiting = withDeadline(NEVER, LONG_MS, undefined, controller.signal)
  controller.abort()
  await expect(waiting).resolves.toBe(TIMED_OUT)
  await expect(withDeadline(NEVER, LONG_MS, controller.signal)).resolves.toBe(TIMED_OUT)
})
