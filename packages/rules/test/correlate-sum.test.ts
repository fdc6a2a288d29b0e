import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ExactSum } from '../src/correlate/exact-sum.ts'

/** A number as a whole number of such parts, which is exact for those of `anyNumber`. */
const PARTS = 2 ** 64
const whole = (number: number) => {
  const high = Math.trunc(number * 2 ** 32)
  return BigInt(high) * 2n ** 32n + BigInt((number * 2 ** 32 - high) * 2 ** 32)
}
const rounded = (parts: bigint) => Number(parts) / PARTS

/** Of all sizes that have no part smaller than 2^-64, so that they cancel, absorb and complete each other. */
const anyNumber = fc
  .tuple(fc.integer({ min: -(2 ** 31), max: 2 ** 31 }), fc.integer({ min: -64, max: 900 }))
  .map(([digits, exponent]) => digits * 2 ** exponent)

describe('a sum', () => {
  test('is the exact one, rounded once, whatever was added and taken away', () => {
    fc.assert(
      fc.property(fc.array(anyNumber, { maxLength: 40 }), fc.nat(40), (numbers, taken) => {
        const sum = new ExactSum()
        for (const number of numbers) sum.add(number)
        for (const number of numbers.slice(0, taken)) sum.remove(number)
        const exact = numbers.slice(taken).reduce((total, number) => total + whole(number), 0n)
        expect(sum.value() + 0).toBe(rounded(exact) + 0)
      }),
      { numRuns: 5_000, seed: 7 },
    )
  })

  test('has a mean that is at most one number off the exact one', () => {
    fc.assert(
      fc.property(fc.array(anyNumber, { minLength: 1, maxLength: 40 }), (numbers) => {
        const sum = new ExactSum()
        for (const number of numbers) sum.add(number)
        const exact = numbers.reduce((total, number) => total + whole(number), 0n)
        const mean = sum.mean(numbers.length)
        // Multiplied out: what is divided is no whole number of parts.
        const off = whole(mean) * BigInt(numbers.length) - exact
        const oneNumber = Math.max(Math.abs(mean) * 2 ** -52, 1 / PARTS)
        expect(Math.abs(rounded(off))).toBeLessThanOrEqual(oneNumber * numbers.length)
      }),
      { numRuns: 5_000, seed: 8 },
    )
  })

  test('of one number many times has that number as its mean', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 1, max: 300 }),
        (number, count) => {
          fc.pre(number === 0 || Math.abs(number) > 1e-280)
          const sum = new ExactSum()
          for (let at = 0; at < count; at++) sum.add(number)
          expect(sum.mean(count) + 0).toBe(number + 0)
        },
      ),
      { numRuns: 2_000, seed: 9 },
    )
  })

  test('that is half way between two numbers goes where what is left of it lies, else to the even one', () => {
    const sum = (...numbers: readonly number[]) => {
      const exact = new ExactSum()
      for (const number of numbers) exact.add(number)
      return exact.value()
    }
    const [half, less] = [2 ** -53, 2 ** -120]
    expect(sum(1, half)).toBe(1)
    expect(sum(1, half, less)).toBe(1 + 2 ** -52)
    expect(sum(1, half, -less)).toBe(1)
    expect(sum(-1, -half, -less)).toBe(-1 - 2 ** -52)
  })

  test('is empty when all is taken away', () => {
    const sum = new ExactSum()
    for (const number of [1e308, 0.1, -1e-200, 1e308]) sum.add(number)
    expect(sum.value()).toBe(Number.MAX_VALUE)
    for (const number of [0.1, 1e308, 1e308, -1e-200]) sum.remove(number)
    expect(sum.value()).toBe(0)
  })
})
