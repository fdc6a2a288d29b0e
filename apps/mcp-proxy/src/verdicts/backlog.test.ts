import type { McpEntryIn } from '@sentinelmesh/api'
import { expect, test } from 'vitest'
import { LIMITS } from '../limits.ts'
import { backlog } from './backlog.ts'

const entry = (context: string, text = '') => ({ context, payload: { type: 'text', text } }) as unknown as McpEntryIn
const entries = (count: number) => Array.from({ length: count }, (_, n) => entry(String(n)))

test('entries are sent in order, in batches of the size of a request', () => {
  const queue = backlog()
  queue.add(entries(LIMITS.batchEntries + 1))
  const [first, second] = queue.batches()
  expect(first?.map(({ context }) => context)).toEqual(Array.from({ length: LIMITS.batchEntries }, (_, n) => String(n)))
  expect(second?.map(({ context }) => context)).toEqual([String(LIMITS.batchEntries)])
})

test('a batch stays below the bytes of a request', () => {
  const queue = backlog()
  const text = 'x'.repeat(LIMITS.batchBytes / 2)
  queue.add([entry('a', text), entry('b', text), entry('c')])
  expect(queue.batches().map((batch) => batch.map(({ context }) => context))).toEqual([['a'], ['b', 'c']])
})

test('entries beyond the limit are dropped and counted', () => {
  const queue = backlog()
  expect(queue.add(entries(LIMITS.queueEntries + 3))).toBe(3)
  expect([queue.size(), queue.isFull()]).toEqual([LIMITS.queueEntries, true])
  queue.remove(1)
  expect(queue.add(entries(2))).toBe(1)
})

test('entries beyond the limit of bytes are dropped, and smaller ones still fit', () => {
  const queue = backlog()
  const text = 'x'.repeat(LIMITS.queueBytes / 2)
  expect(queue.add([entry('a', text), entry('b', text), entry('c')])).toBe(1)
  expect(queue.size()).toBe(2)
  queue.remove(1)
  expect(queue.add([entry('b', text)])).toBe(0)
})

test('a wait for capacity ends when the backlog is less than half full', async () => {
  const queue = backlog()
  queue.add(entries(LIMITS.queueEntries))
  let hasCapacity = false
  const waited = queue.hasCapacity().then(() => (hasCapacity = true))
  queue.remove(LIMITS.queueEntries / 2)
  await Promise.resolve()
  expect(hasCapacity).toBe(false)
  queue.remove(1)
  await waited
  expect(hasCapacity).toBe(true)
})
