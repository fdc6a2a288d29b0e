import { describe, expect, test } from 'vitest'
import { bytes, change, count, duration, rate, signed } from './figures.ts'

describe('figures follow the design', () => {
  test('counts keep their separators to 99,999 and are shortened above', () => {
    expect([count(0), count(3948), count(99_999), count(412_345), count(31_240_000)]).toEqual([
      '0',
      '3,948',
      '99,999',
      '412 K',
      '31.2 M',
    ])
  })
  test('a change states its direction in words, and is empty if there was nothing before', () => {
    expect([change(118, 100), change(95, 100), change(5, 0), change(5, null), change(5000, 7)]).toEqual([
      'up 18 %',
      'down 5 %',
      undefined,
      undefined,
      'up more than tenfold',
    ])
  })
  test('durations, sizes, rates and shares', () => {
    expect([duration(52), duration(6600), duration(72_000)]).toEqual(['52 ms', '6.6 s', '1 min 12 s'])
    expect([bytes(118), bytes(1), bytes(262_144)]).toEqual(['118 bytes', '1 byte', '256 KiB'])
    expect([rate(0), rate(4.96), rate(1284)]).toEqual(['0', '5', '1,284'])
    expect([signed(4), signed(-12)]).toEqual(['+4', '\u221212'])
  })
})
