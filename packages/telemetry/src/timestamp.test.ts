import { describe, expect, test } from 'vitest'
import { parseTimestamp } from './timestamp.ts'

const NOW = Date.UTC(2026, 10, 24, 12)
const at = (value: unknown) => {
  const read = parseTimestamp(value, NOW)
  return typeof read === 'string' ? read : read.at
}

describe('a timestamp', () => {
  test.each([
    ['2026-04-14T14:22:16.870Z', Date.UTC(2026, 3, 14, 14, 22, 16, 870) * 1000],
    ['2026-04-14 14:22:16', Date.UTC(2026, 3, 14, 14, 22, 16) * 1000],
    ['2026-04-14T14:22:16.123456', Date.UTC(2026, 3, 14, 14, 22, 16) * 1000 + 123_456],
    ['2026-04-14T14:22:16.123456789+02:00', Date.UTC(2026, 3, 14, 12, 22, 16) * 1000 + 123_456],
    ['2026-04-14T14:22:16,5-0330', Date.UTC(2026, 3, 14, 17, 52, 16, 500) * 1000],
    ['2026-04-14', Date.UTC(2026, 3, 14) * 1000],
    [1_776_176_536, 1_776_176_536e6],
    [1_776_176_536_870, 1_776_176_536_870e3],
    ['1776176536.5', 1_776_176_536.5e6],
  ])('%s is read as its instant', (value, expected) => {
    expect(at(value)).toBe(expected)
  })

  test.each([undefined, null, '', 0])('%s means now, and no text is kept', (value) => {
    expect(parseTimestamp(value, NOW)).toEqual({ at: NOW * 1000, text: null })
  })

  test('is kept with the exact text that was sent', () => {
    expect(parseTimestamp('2026-04-14 14:22:16.5+02', NOW)).toMatchObject({ text: '2026-04-14 14:22:16.5+02' })
  })

  test.each([
    'yesterday',
    '2026-02-30',
    '2026-13-01',
    '2026-04-14T25:00:00Z',
    '14/04/2026',
    {},
    true,
    1e15,
    Number.NaN,
  ])('%s is refused with the formats to send instead', (value) => {
    expect(at(value)).toMatch(/^timestamp has to be ISO 8601/)
  })

  test('before 1970 or more than 24 h ahead is refused', () => {
    expect(at('1969-12-31T23:59:59Z')).toMatch(/before 1970/)
    expect(at('2026-11-25T12:00:01Z')).toMatch(/24 h in the future/)
    expect(at('2026-11-25T11:59:59Z')).toBeTypeOf('number')
  })
})
