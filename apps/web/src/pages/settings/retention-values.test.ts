import { expect, test } from 'vitest'
import { problemsOf, toTyped, toValues } from './retention-values.ts'

const NOTHING = { days: '', size: '', rollupsDays: '' }

test('an empty field restores the default, and a stored value is shown as it was typed', () => {
  expect(toValues(NOTHING)).toEqual({ days: null, max_bytes: null, rollups_days: null })
  const typed = { days: '30', size: '1.5', rollupsDays: '365' }
  expect(problemsOf(typed, 90)).toEqual({})
  expect(toValues(typed)).toEqual({ days: 30, max_bytes: 1.5 * 2 ** 30, rollups_days: 365 })
  expect(toTyped(toValues(typed))).toEqual(typed)
})

test.each(['0', '-1', '1.5', 'soon', '36501'])('%s is not a number of days', (text) => {
  expect(problemsOf({ ...NOTHING, days: text }, 90).days).toContain('1 to 36,500')
  expect(problemsOf({ ...NOTHING, rollupsDays: text }, 90).rollupsDays).toContain('1 to 36,500')
})

test.each(['0', '0.0001', 'large', '-2'])('%s is not a size', (text) => {
  expect(problemsOf({ ...NOTHING, size: text }, 90).size).toContain('GiB')
})

test('counts are kept at least as long as entries, whether that is the default or not', () => {
  expect(problemsOf({ ...NOTHING, rollupsDays: '89' }, 90).rollupsDays).toContain('90 days or more')
  expect(problemsOf({ ...NOTHING, days: '10', rollupsDays: '10' }, 90)).toEqual({})
  expect(problemsOf({ ...NOTHING, days: '10', rollupsDays: '9' }, 90).rollupsDays).toContain('10 days or more')
})
