import { describe, expect, test } from 'vitest'
import { isLive, readLogsSearch, shifted, windowAt } from './logs-search.ts'

const NOW = Date.UTC(2026, 3, 14, 12)
const HOUR = 3_600_000

describe('the address of Logs', () => {
  test('without parameters shows the last hour, live', () => {
    const view = readLogsSearch({})
    expect(view).toEqual({ q: '', range: '1h', from: null, to: null, problems: [] })
    expect(windowAt(view, NOW)).toEqual({ from: NOW - HOUR, to: NOW })
    expect(isLive(view, NOW)).toBe(true)
  })
  test('with a start and an end replaces the range and is not live', () => {
    const view = readLogsSearch({ range: '7d', from: '2026-04-14T10:00:00Z', to: '2026-04-14T11:00:00Z' })
    expect(view).toMatchObject({ range: undefined, from: NOW - 2 * HOUR, to: NOW - HOUR })
    expect(isLive(view, NOW)).toBe(false)
    expect(isLive(readLogsSearch({ to: '2026-04-14T13:00:00Z' }), NOW)).toBe(true)
  })
  test('with invalid values falls back to the default and reports the problem', () => {
    expect(readLogsSearch({ range: '3y' })).toMatchObject({
      range: '1h',
      problems: [expect.stringContaining('is unknown')],
    })
    expect(readLogsSearch({ from: 'soon' })).toMatchObject({
      range: '1h',
      problems: [expect.stringContaining('is invalid')],
    })
    expect(readLogsSearch({ from: '2026-04-14T11:00:00Z', to: '2026-04-14T10:00:00Z' })).toMatchObject({
      range: '1h',
      problems: [expect.stringContaining('ends before')],
    })
  })
  test('is shifted by its own length, and follows the clock again at the present', () => {
    const back = shifted(readLogsSearch({}), -1, NOW)
    expect(back).toEqual({ from: '2026-04-14T10:00:00.000Z', to: '2026-04-14T11:00:00.000Z' })
    expect(shifted(readLogsSearch(back ?? {}), 1, NOW)).toEqual({})
    expect(shifted(readLogsSearch({}), 1, NOW)).toBeUndefined()
  })
})
