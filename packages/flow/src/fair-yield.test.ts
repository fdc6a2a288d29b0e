import { setImmediate as loopTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { fairYield } from './fair-yield.ts'

const SLICE_MS = 4

const A = 1
const B = 2

/** Turns on a clock that only work advances, and the work done in them. */
function worked() {
  let now = 0
  const done: string[] = []
  const turns = fairYield<number, 'verdict' | 'bulk'>({ sliceMs: SLICE_MS, lanes: ['verdict', 'bulk'], now: () => now })
  const work = async (org: number, name: string, pieces: number, ms: number, lane?: 'verdict' | 'bulk') => {
    for (let piece = 0; piece < pieces; piece++) {
      const wait = turns.next(org, lane)
      if (wait !== undefined) await wait
      now += ms
      done.push(name)
    }
  }
  return { turns, done, work }
}

test('a request with many entries is processed one slice at a time', async () => {
  const { done, work } = worked()
  const all = work(A, 'a', 1_000, 1)
  for (let turn = 1; turn <= 20; turn++) {
    expect(done.length).toBeLessThanOrEqual(turn * SLICE_MS)
    await loopTurn()
  }
  await all
  expect(done).toHaveLength(1_000)
})

test('four connections together get no more of the loop than one', async () => {
  const { done, work } = worked()
  const all = [0, 1, 2, 3].map((connection) => work(A, `a${connection}`, 100, 1))
  for (let turn = 1; turn <= 20; turn++) {
    expect(done.length).toBeLessThanOrEqual(turn * SLICE_MS)
    await loopTurn()
  }
  await Promise.all(all)
  expect(done).toHaveLength(400)
})

test('an entry of one organization waits for one piece of each other one, however much they have sent', async () => {
  const { done, work } = worked()
  const bulk = Array.from({ length: 64 }, (_, connection) => work(A, `a${connection}`, 50, SLICE_MS))
  await loopTurn()
  const before = done.length
  await work(B, 'b', 1, 1)
  expect(done.slice(before).indexOf('b')).toBeLessThanOrEqual(2)
  await Promise.all(bulk)
})

test('a verdict overtakes the bulk work of its own organization', async () => {
  const { done, work } = worked()
  const bulk = Array.from({ length: 64 }, (_, connection) => work(A, `a${connection}`, 50, SLICE_MS))
  await loopTurn()
  const before = done.length
  await work(A, 'verdict', 1, 1, 'verdict')
  expect(done.slice(before).indexOf('verdict')).toBeLessThanOrEqual(2)
  await Promise.all(bulk)
})

test('work of one organization keeps its order', async () => {
  const { done, work } = worked()
  await Promise.all(Array.from({ length: 20 }, (_, index) => work(A, String(index), 1, SLICE_MS)))
  expect(done).toEqual(Array.from({ length: 20 }, (_, index) => String(index)))
})

test('work on an idle loop never waits', async () => {
  const { turns } = worked()
  for (let entry = 0; entry < 10; entry++) {
    expect(turns.next(A)).toBeUndefined()
    await loopTurn()
    await loopTurn()
  }
})
