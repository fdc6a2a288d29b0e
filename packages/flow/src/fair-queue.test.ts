import { describe, expect, test } from 'vitest'
import { fairQueue, firstInFirstOut, slotQueue, type Slots } from './fair-queue.ts'

const full = new Error('full')
const stopping = new Error('stopping')

/** `taken` lists the owners that got a slot, in order. `end` returns the first slot of an owner. */
function watched(slots: Slots, waiting = 100) {
  const queue = slotQueue<string>(slots, { perOwner: waiting, onFull: () => full })
  const taken: string[] = []
  const held: { readonly name: string; readonly slot: Disposable }[] = []
  return {
    queue,
    taken,
    async enter(owner: string, { name = owner, weight = 1 } = {}) {
      const slot = await queue.enter({ owner, weight })
      taken.push(name)
      held.push({ name, slot })
      return slot
    },
    async end(name: string) {
      const [ended] = held.splice(
        held.findIndex((one) => one.name === name),
        1,
      )
      ended?.slot[Symbol.dispose]()
      await loopTurn()
    },
  }
}

const loopTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('slots', () => {
  test('an owner with many requests delays another owner by at most one of them', async () => {
    const { enter, taken } = watched({ inAll: 1, perOwner: 1 })
    await Promise.all(['a', 'a', 'a', 'a', 'b', 'c', 'b'].map(async (owner) => (await enter(owner))[Symbol.dispose]()))
    expect(taken).toEqual(['a', 'a', 'b', 'c', 'a', 'b', 'a'])
  })

  test('one owner never holds more than its share, and gets its next slot when it returns one', async () => {
    const { queue, enter, end, taken } = watched({ inAll: 2, perOwner: 1 })
    for (const name of ['a', 'second', 'b']) void enter(name === 'second' ? 'a' : name, { name })
    await loopTurn()
    expect(taken).toEqual(['a', 'b'])
    await end('b')
    expect([taken, queue.waiting()]).toEqual([['a', 'b'], 1])
    await end('a')
    expect([taken, queue.waiting()]).toEqual([['a', 'b', 'second'], 0])
  })

  test('a slot that is returned twice is freed once', async () => {
    const { queue } = watched({ inAll: 1, perOwner: 1 })
    const slot = await queue.enter({ owner: 'a' })
    slot[Symbol.dispose]()
    slot[Symbol.dispose]()
    await queue.enter({ owner: 'a' })
    expect(queue.tryEnter({ owner: 'b' })).toBeUndefined()
  })

  test('a request that does not wait gets a free slot or nothing', () => {
    const { queue } = watched({ perOwner: 1 })
    const slot = queue.tryEnter({ owner: 'a' })
    expect(queue.tryEnter({ owner: 'a' })).toBeUndefined()
    expect(queue.tryEnter({ owner: 'b' })).toBeDefined()
    slot?.[Symbol.dispose]()
    expect(queue.tryEnter({ owner: 'a' })).toBeDefined()
  })

  test('a request over the limit of an owner is refused at once, and requests of other owners are not', async () => {
    const { queue } = watched({ inAll: 1, perOwner: 1 }, 2)
    for (let n = 0; n < 3; n++) void queue.enter({ owner: 'a' })
    await expect(queue.enter({ owner: 'a' })).rejects.toBe(full)
    void queue.enter({ owner: 'b' })
    expect(queue.waiting()).toBe(3)
  })

  test('a request that aborts makes room and never gets a slot', async () => {
    const { queue, enter, end, taken } = watched({ inAll: 1, perOwner: 1 }, 1)
    await enter('a')
    const leaving = new AbortController()
    const left = queue.enter({ owner: 'a' }, leaving.signal)
    leaving.abort(new Error('left'))
    await expect(left).rejects.toThrow('left')
    void enter('a', { name: 'next' })
    await end('a')
    expect([taken, queue.waiting()]).toEqual([['a', 'next'], 0])
    await expect(queue.enter({ owner: 'b' }, leaving.signal)).rejects.toThrow('left')
  })

  test('closing rejects waiting and later requests', async () => {
    const { queue, enter, end } = watched({ inAll: 1, perOwner: 1 })
    await enter('a')
    const waiting = [queue.enter({ owner: 'a' }), queue.enter({ owner: 'b' })]
    queue.close(stopping)
    for (const refused of [...waiting, queue.enter({ owner: 'b' })]) await expect(refused).rejects.toBe(stopping)
    await end('a')
    expect(queue.tryEnter({ owner: 'b' })).toBeUndefined()
  })
})

test('weighted requests share the limit of their owner, in order, and one over the limit runs alone', async () => {
  const { enter, end, taken } = watched({ perOwner: 10 })
  for (const [owner, name, weight] of [
    ['one', 'a', 6],
    ['one', 'b', 5],
    ['one', 'c', 1],
    ['other', 'd', 9],
    ['one', 'e', 30],
    ['one', 'f', 1],
  ] as const)
    void enter(owner, { name, weight })
  await loopTurn()
  expect(taken).toEqual(['a', 'd'])
  await end('a')
  expect(taken).toEqual(['a', 'd', 'b', 'c'])
  await end('b')
  await end('c')
  expect(taken).toEqual(['a', 'd', 'b', 'c', 'e'])
  await end('e')
  expect(taken).toEqual(['a', 'd', 'b', 'c', 'e', 'f'])
})

test('a request that leaves the queue lets the one behind it start', async () => {
  const { queue, enter, taken } = watched({ perOwner: 10 })
  await enter('a', { weight: 6 })
  const leaving = new AbortController()
  const heavy = queue.enter({ owner: 'a', weight: 9 }, leaving.signal)
  void enter('a', { name: 'light' })
  leaving.abort(stopping)
  await expect(heavy).rejects.toBe(stopping)
  await loopTurn()
  expect(taken).toEqual(['a', 'light'])
})

test('a refused request leaves the queue, but one that holds a slot keeps it', async () => {
  let running = 0
  const queue = fairQueue<object>({
    line: firstInFirstOut(),
    mayStart: () => running < 1,
    onStart: () => running++,
    onEnd: () => running--,
  })
  const [first, second] = [{}, {}]
  await queue.enter(first)
  const waiting = queue.enter(second)
  queue.refuse(first, full)
  queue.refuse(second, full)
  await expect(waiting).rejects.toBe(full)
  expect([running, queue.waiting()]).toEqual([1, 0])
})
