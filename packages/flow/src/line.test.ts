import { expect, test } from 'vitest'
import { byPriority, firstInFirstOut, roundRobin } from './line.ts'

interface Item {
  readonly owner: string
  readonly name: string
}

const anItem = (owner: string, name: string): Item => ({ owner, name })
const byOwner = () => roundRobin(({ owner }: Item) => owner)

test('an owner with one item waits for one item of each other owner, however many they have', () => {
  const line = byOwner()
  for (let n = 0; n < 1_000; n++) line.add(anItem('flood', `flood ${n}`))
  line.add(anItem('quiet', 'quiet'))
  expect([line.take(), line.take(), line.take()].map((item) => item?.name)).toEqual(['flood 0', 'quiet', 'flood 1'])
  expect(line.size).toBe(998)
})

test('an owner whose next item cannot be taken is skipped and keeps its turn', () => {
  const line = byOwner()
  for (const owner of ['busy', 'idle', 'idle']) line.add(anItem(owner, owner))
  expect(line.take(({ owner }) => owner !== 'busy')?.owner).toBe('idle')
  expect(line.take(() => false)).toBeUndefined()
  expect(line.take()?.owner).toBe('busy')
})

test('a removed item is neither taken nor counted', () => {
  const line = byOwner()
  const [a, b] = [anItem('one', 'a'), anItem('one', 'b')]
  line.add(a)
  line.add(b)
  expect([line.remove(a), line.remove(a)]).toEqual([true, false])
  expect([line.sizeOf('one'), line.take(), line.take(), line.size]).toEqual([1, b, undefined, 0])
})

test('lines nest: owners alternate, and the first lane of each goes first', () => {
  const line = roundRobin(
    ({ owner }: Item) => owner,
    () =>
      byPriority(
        [
          ['now', firstInFirstOut<Item>()],
          ['later', firstInFirstOut<Item>()],
        ],
        ({ name }) => name,
      ),
  )
  for (const name of ['later', 'later', 'now']) line.add(anItem('one', name))
  line.add(anItem('two', 'later'))
  expect(line.longest()?.sizeOf('later')).toBe(2)
  expect([...line].map(({ name }) => name)).toEqual(['now', 'later', 'later', 'later'])
  const taken = [line.take(), line.take(), line.take(), line.take(), line.take()]
  expect(taken.map((item) => item && `${item.owner} ${item.name}`)).toEqual([
    'one now',
    'two later',
    'one later',
    'one later',
    undefined,
  ])
})
