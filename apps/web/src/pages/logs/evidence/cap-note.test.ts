import { expect, test } from 'vitest'
import { capNote } from './cap-note.ts'

const points = (...each: number[]) => each.map((value) => ({ points: value }))

test('a risk that a lot of weak evidence would have raised further names its cap', () => {
  expect(capNote(points(25, 25, 25, 25), 59)).toBe(
    'Capped at 59, because no evidence has 30 points or more. The combined evidence would be 68.',
  )
  expect(capNote(points(50, 50, 50), 79)).toBe(
    'Capped at 79, because no evidence has 60 points or more. The combined evidence would be 88.',
  )
})

test('a risk that only just reaches the cap, or stays below it, has no note', () => {
  expect(capNote(points(20, 20), 36)).toBeUndefined()
  expect(capNote(points(40, 31), 59)).toBeUndefined()
  expect(capNote(points(79), 79)).toBeUndefined()
  expect(capNote([], 0)).toBeUndefined()
})
