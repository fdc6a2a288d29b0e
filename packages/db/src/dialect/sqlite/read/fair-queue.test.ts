import { expect, test } from 'vitest'
import { fairQueue } from './fair-queue.ts'

const anyone = () => true

test('an owner with one item waits for one item of each other owner, however many those have', () => {
  const queue = fairQueue<string, string>()
  for (let n = 0; n < 1_000; n++) queue.add('flood', `flood ${n}`)
  queue.add('quiet', 'quiet')
  expect([queue.take(anyone), queue.take(anyone), queue.take(anyone)]).toEqual(['flood 0', 'quiet', 'flood 1'])
  expect(queue.size).toBe(998)
})

test('an owner that may not have anything now is passed over and keeps its turn', () => {
  const queue = fairQueue<string, string>()
  queue.add('busy', 'busy 0')
  queue.add('idle', 'idle 0')
  queue.add('idle', 'idle 1')
  expect(queue.take((owner) => owner !== 'busy')).toBe('idle 0')
  expect(queue.take(() => false)).toBeUndefined()
  expect(queue.take(anyone)).toBe('busy 0')
})

test('what leaves the queue is neither given out nor counted', () => {
  const queue = fairQueue<string, string>()
  queue.add('one', 'a')
  queue.add('one', 'b')
  expect(queue.remove('one', 'a')).toBe(true)
  expect(queue.remove('one', 'a')).toBe(false)
  expect([queue.sizeOf('one'), queue.take(anyone), queue.take(anyone), queue.size]).toEqual([1, 'b', undefined, 0])
  queue.add('one', 'c')
  queue.add('two', 'd')
  expect(queue.clear()).toEqual(['c', 'd'])
  expect(queue.size).toBe(0)
})
