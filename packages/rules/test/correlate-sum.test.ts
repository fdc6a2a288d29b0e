import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ExactSum } from '../src/correlate/exact-sum.ts'

/** A number as an integer multiple of 2^-64, which is exact for every `anyNumber`. */
const PARTS = 2 ** 64
const whole = (number: number) => {
  const high = Math.trunc(number * 2 ** 32)
  return BigInt(high) * 2n ** 32n + BigInt((number * 2 ** 32 - high) * 2 ** 32)
}
const rounded = (parts: bigint) => Number(parts) / PARTS

/** Numbers of all sizes with no part below 2^-64, so that they cancel, absorb and complete each other. */
const anyNumber = fc
  .tuple(fc.integer({ min: -(2 ** 31), max: 2 ** 31 }), fc.integer({ min: -64, max: 900 }))
  .map(([digits, exponent]) => digits * 2 ** exponent)

describe('a sum', () => {
  test('equals the exact sum, rounded once, after any additions and subtractions', () => {
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

  test('has a mean that is at most one floating-point number away from the exact one', () => {
    fc.assert(
      fc.property(fc.array(anyNumber, { minLength: 1, maxLength: 40 }), (numbers) => {
        const sum = new ExactSum()
        for (const number of numbers) sum.add(number)
        const exact = numbers.reduce((total, number) => total + whole(number), 0n)
        const mean = sum.mean(numbers.length)
        // Compares products, because the quotient is not an integer.
        const off = whole(mean) * BigInt(numbers.length) - exact
        const oneNumber = Math.max(Math.abs(mean) * 2 ** -52, 1 / PARTS)
        expect(Math.abs(rounded(off))).toBeLessThanOrEqual(oneNumber * numbers.length)
      }),
      { numRuns: 5_000, seed: 8 },
    )
  })

  test('of many equal numbers has that number as its mean', () => {
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

  test('halfway between two numbers rounds toward its remainder, or to even if there is none', () => {
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

  test('is zero after everything is subtracted', () => {
    const sum = new ExactSum()
    for (const number of [1e308, 0.1, -1e-200, 1e308]) sum.add(number)
    expect(sum.value()).toBe(Number.MAX_VALUE)
    for (const number of [0.1, 1e308, 1e308, -1e-200]) sum.remove(number)
    expect(sum.value()).toBe(0)
  })
})
