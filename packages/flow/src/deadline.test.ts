import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { deadline, TIMED_OUT, withDeadline } from './deadline.ts'

const NEVER = new Promise<never>(() => {})
const LONG_MS = 60_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a result in time is returned, an error is thrown, and no timer is left', async () => {
  await expect(withDeadline(Promise.resolve('result'), LONG_MS)).resolves.toBe('result')
  await expect(withDeadline(Promise.reject(new Error('failed')), LONG_MS)).rejects.toThrow('failed')
  expect(vi.getTimerCount()).toBe(0)
})

test('a result that is late times out, and its later rejection is handled', async () => {
  const late = new Promise<never>((_resolve, reject) => void setTimeout(() => reject(new Error('late')), 2_000))
  const waiting = withDeadline(late, 1_000)
  await vi.advanceTimersByTimeAsync(1_000)
  await expect(waiting).resolves.toBe(TIMED_OUT)
  await vi.advanceTimersByTimeAsync(1_000)
})

test('with no time left, even a ready result times out', async () => {
  await expect(withDeadline(Promise.resolve('ready'), 0)).resolves.toBe(TIMED_OUT)
})

test('an aborted signal ends the wait, and no listener is left', async () => {
  const controller = new AbortController()
  const waiting = withDeadline(NEVER, LONG_MS, undefined, controller.signal)
  controller.abort()
  await expect(waiting).resolves.toBe(TIMED_OUT)
  await expect(withDeadline(NEVER, LONG_MS, controller.signal)).resolves.toBe(TIMED_OUT)
  const other = new AbortController()
  await withDeadline(Promise.resolve(), LONG_MS, other.signal)
  expect(getEventListeners(other.signal, 'abort')).toEqual([])
})

test('a deadline can be moved, and its signal aborts when it passes', async () => {
  using end = deadline()
  await vi.advanceTimersByTimeAsync(LONG_MS)
  end.set(1_000)
  await vi.advanceTimersByTimeAsync(900)
  end.set(1_000)
  await vi.advanceTimersByTimeAsync(999)
  expect(end.signal.aborted).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  expect(end.signal.aborted).toBe(true)
  await expect(end.race(NEVER)).resolves.toBe(TIMED_OUT)
})
