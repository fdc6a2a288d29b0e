import { expect, test } from 'vitest'
import { rateProblem, toRate, toTypedRate } from './rate-values.ts'

test('a typed rate is read as is, and blank means no limit', () => {
  for (const [typed, rate] of [
    ['', null],
    ['5', 5],
    ['0.5', 0.5],
    ['100000', 100_000],
  ] as const) {
    expect(rateProblem(typed)).toBeUndefined()
    expect(toRate(typed)).toBe(rate)
    expect(toTypedRate(rate)).toBe(typed)
  }
})

test('a text that is not a rate has an error', () => {
  for (const typed of ['0', '0.01', '-1', '1e3', '100001', 'ten', '1,000', '0.0000001'])
    expect(rateProblem(typed)).toBe('Enter a number from 0.1 to 100,000, or leave it blank.')
})
