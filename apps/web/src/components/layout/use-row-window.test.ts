import { expect, test } from 'vitest'
import { rowWindow } from './use-row-window.ts'

test('mounts the rows in view and twelve on each side', () => {
  const { indexes, last } = rowWindow(100, 20, 1_000, -1)
  expect([indexes[0], indexes.at(-1), last]).toEqual([88, 132, 132])
})

test('mounts no row beyond either end', () => {
  expect(rowWindow(0, 20, 5, -1)).toEqual({ indexes: [0, 1, 2, 3, 4], last: 4 })
  expect(rowWindow(0, 20, 0, -1)).toEqual({ indexes: [], last: -1 })
})

test('a list that became shorter than its scroll position still shows its end', () => {
  expect(rowWindow(500, 20, 10, -1).indexes).toContain(9)
})

test('keeps one row mounted out of view, in order, and does not count it as the last', () => {
  expect(rowWindow(100, 20, 1_000, 3).indexes[0]).toBe(3)
  const below = rowWindow(100, 20, 1_000, 900)
  expect([below.indexes.at(-1), below.last]).toEqual([900, 132])
  expect(rowWindow(100, 20, 1_000, 110).indexes.filter((index) => index === 110)).toEqual([110])
})
