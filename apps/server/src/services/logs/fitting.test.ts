import { expect, test } from 'vitest'
import { fitting } from './fitting.ts'

test('rows count by their bytes in a reply, from the end where the page begins', () => {
  const rows = ['a'.repeat(100), '\u0001'.repeat(100), 'é'.repeat(100)]
  // The rows have 102, 602 and 202 bytes as JSON.
  expect(fitting(rows, 906, 'first')).toEqual(rows)
  expect(fitting(rows, 905, 'first')).toEqual(rows.slice(0, 2))
  expect(fitting(rows, 703, 'first')).toEqual(rows.slice(0, 1))
  expect(fitting(rows, 803, 'last')).toEqual(rows.slice(2))
  expect(fitting(rows, 804, 'last')).toEqual(rows.slice(1))
})

test('a row that is larger than a page is a page of its own', () => {
  expect(fitting(['large', 'small'], 1, 'first')).toEqual(['large'])
  expect(fitting(['small', 'large'], 1, 'last')).toEqual(['large'])
  expect(fitting([], 1, 'first')).toEqual([])
})
