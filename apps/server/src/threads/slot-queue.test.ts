import { expect, test } from 'vitest'
import { DomainError } from '@sentinelmesh/api/constants'
import { slotQueue } from './slot-queue.ts'

const full = () => new DomainError('rate_limited')
const queue = (slots: number, slotsPerKey = slots, waitingPerKey = 100) =>
  slotQueue<string>({ slots, slotsPerKey, waitingPerKey, onFull: full })

/** Asks for all of these slots in this order and gives each back at once; the keys in the order in which they got one. */
async function served(queued: ReturnType<typeof queue>, keys: readonly string[]): Promise<string[]> {
  const order: string[] = []
  await Promise.all(
    keys.map(async (key) => {
      using _slot = await queued.enter(key)
      order.push(key)
      await Promise.resolve()
    }),
  )
  return order
}

test('a key with many callers delays another key by one of its own at most', async () => {
  const order = await served(queue(1), ['a', 'a', 'a', 'a', 'b', 'c', 'b'])
  expect(order).toEqual(['a', 'a', 'b', 'c', 'a', 'b', 'a'])
})

test('one key never holds all slots where a share is set, and gets its next one when it gives one back', async () => {
  const queued = queue(2, 1)
  const first = await queued.enter('a')
  const second = queued.enter('a')
  const other = await queued.enter('b')
  expect([queued.taken(), queued.waiting()]).toEqual([2, 1])
  other[Symbol.dispose]()
  expect([queued.taken(), queued.waiting()]).toEqual([1, 1])
  first[Symbol.dispose]()
  await second
  expect([queued.taken(), queued.waiting()]).toEqual([1, 0])
})

test('a slot that is given back twice is free once', async () => {
  const queued = queue(1)
  const slot = await queued.enter('a')
  slot[Symbol.dispose]()
  slot[Symbol.dispose]()
  await queued.enter('a')
  expect(queued.taken()).toBe(1)
})

test('one caller too many of a key is refused at once; callers of other keys are not', async () => {
  const queued = queue(1, 1, 2)
  await queued.enter('a')
  void queued.enter('a')
  void queued.enter('a')
  await expect(queued.enter('a')).rejects.toMatchObject({ code: 'rate_limited' })
  void queued.enter('b')
  expect(queued.waiting()).toBe(3)
})

test('who leaves while waiting makes room, and is never given a slot', async () => {
  const queued = queue(1, 1, 1)
  const held = await queued.enter('a')
  const leaving = new AbortController()
  const left = queued.enter('a', leaving.signal)
  leaving.abort(new Error('left'))
  await expect(left).rejects.toThrow('left')
  const next = queued.enter('a')
  held[Symbol.dispose]()
  await next
  expect([queued.taken(), queued.waiting()]).toEqual([1, 0])
  await expect(queued.enter('b', leaving.signal)).rejects.toThrow('left')
})

test('when it closes, those who wait and those who come are told that the server is stopping', async () => {
  const queued = queue(1)
  await queued.enter('a')
  const waiting = queued.enter('b')
  queued.close()
  await expect(waiting).rejects.toMatchObject({ code: 'shutting_down' })
  await expect(queued.enter('b')).rejects.toMatchObject({ code: 'shutting_down' })
})
