import { expect, test } from 'vitest'
import { inTurn } from './in-turn.ts'

const [ONE, OTHER] = [1, 2]
const settle = () => new Promise((resolve) => setImmediate(resolve))

/** Work that goes on until it is told to end. */
function works() {
  const begun: string[] = []
  const ends = new Map<string, (fault?: Error) => void>()
  return {
    begun,
    work: (name: string) => () =>
      new Promise<string>((resolve, reject) => {
        begun.push(name)
        ends.set(name, (fault) => (fault === undefined ? resolve(name) : reject(fault)))
      }),
    async end(name: string, fault?: Error) {
      ends.get(name)?.(fault)
      await settle()
    },
  }
}

test('of an org so many bytes are worked on at a time, in order, and others do not wait for it', async () => {
  const { begun, work, end } = works()
  const take = inTurn(10)
  const taken = [
    take(ONE, 6, work('a')),
    take(ONE, 5, work('b')),
    take(ONE, 1, work('c')),
    take(OTHER, 9, work('d')),
    take(ONE, 30, work('e')),
    take(ONE, 1, work('f')),
  ]
  await settle()
  expect(begun).toEqual(['a', 'd'])
  await end('a')
  expect(begun).toEqual(['a', 'd', 'b', 'c'])
  await end('b')
  await end('c')
  expect(begun).toEqual(['a', 'd', 'b', 'c', 'e'])
  await end('e')
  await end('f')
  await end('d')
  expect(await Promise.all(taken)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
})

test('work that fails gives its place to the next', async () => {
  const { begun, work, end } = works()
  const take = inTurn(10)
  const failed = take(ONE, 10, work('a')).catch((fault: Error) => fault.message)
  const next = take(ONE, 10, work('b'))
  await end('a', new Error('broken'))
  expect(begun).toEqual(['a', 'b'])
  await end('b')
  expect(await Promise.all([failed, next])).toEqual(['broken', 'b'])
})
