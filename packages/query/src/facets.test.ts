import { describe, expect, test } from 'vitest'
import { chosenValues, facetChoice, FACET_FIELDS, withChosenValues, withoutFacet, type BandsWithin } from './facets.ts'
import { parseStrict } from './parse.ts'
import { print } from './print.ts'

const BANDS = { none: [0, 0], low: [1, 29], medium: [30, 59], high: [60, 79], critical: [80, 100] } as const
const bandsWithin: BandsWithin = (from, to) => {
  const within = Object.entries(BANDS).filter(([, [first, last]]) => first >= from && last <= to)
  const covered = within.reduce((sum, [, [first, last]]) => sum + last - first + 1, 0)
  return covered === Math.max(0, to - from + 1) ? within.map(([name]) => name) : undefined
}
const choice = (text: string) => facetChoice(parseStrict(text), bandsWithin)

describe('a choice among the values of a field', () => {
  test('is a clause that names them individually, by order, or by a pattern of an enumeration', () => {
    expect(choice('sender:a')).toEqual({ field: 'sender', values: ['a'], excluded: false })
    expect(choice('(kind:prompt OR kind:system)')).toMatchObject({ field: 'kind', values: ['prompt', 'system'] })
    expect(choice('kind:tool_r*')).toMatchObject({ field: 'kind', values: ['tool_result'] })
    expect(choice('band:>=high')).toMatchObject({ field: 'band', values: ['high', 'critical'] })
    expect(choice('-rule:r')).toEqual({ field: 'rule', values: ['r'], excluded: true })
    expect(choice('-(receiver:a OR receiver:b)')).toMatchObject({ values: ['a', 'b'], excluded: true })
  })
  test('is a risk range that coincides with bands', () => {
    expect(choice('risk>=60')).toMatchObject({ field: 'band', values: ['high', 'critical'] })
    expect(choice('risk:1..59')).toMatchObject({ values: ['low', 'medium'] })
    expect(choice('risk:0')).toMatchObject({ values: ['none'] })
    expect(choice('risk<1')).toMatchObject({ values: ['none'] })
    expect(choice('risk>79')).toMatchObject({ values: ['critical'] })
    for (const text of ['risk>=61', 'risk:60', 'risk:1..60', 'risk<=10']) expect(choice(text)).toBeUndefined()
  })
  test('is not a clause that leaves them open or also concerns another field', () => {
    for (const text of [
      'sender:a*',
      'sender:/a/',
      'sender:a OR receiver:a',
      'sender:a OR -sender:b',
      'sender:a kind:prompt',
      'word',
      'level:high',
      'has:receiver',
      'session:s',
      '',
    ])
      expect(choice(text)).toBeUndefined()
  })
})

test('removing a facet keeps all clauses that are not only about that field', () => {
  const without = (text: string) => FACET_FIELDS.map((field) => print(withoutFacet(parseStrict(text), field)))
  expect(without('risk>=60 kind:prompt -sender:a* (sender:b OR x) (rule:r OR rule:s) has:receiver y')).toEqual([
    'kind:prompt -sender:a* (sender:b OR x) (rule:r OR rule:s) has:receiver y',
    'risk:>=60 -sender:a* (sender:b OR x) (rule:r OR rule:s) has:receiver y',
    'risk:>=60 kind:prompt (sender:b OR x) (rule:r OR rule:s) has:receiver y',
    'risk:>=60 kind:prompt -sender:a* (sender:b OR x) (rule:r OR rule:s) y',
    'risk:>=60 kind:prompt -sender:a* (sender:b OR x) has:receiver y',
  ])
  expect(without('sender:a OR sender:b')[2]).toBe('')
  expect(without('sender:a x')[2]).toBe('x')
})

describe('the choice in a query', () => {
  test('is read from all of its clauses about the field', () => {
    expect(chosenValues('(sender:a OR sender:b) -sender:c x -sender:d', 'sender', bandsWithin)).toEqual({
      included: ['a', 'b'],
      excluded: ['c', 'd'],
    })
    expect(chosenValues('risk:>=1', 'band', bandsWithin).included).toEqual(['low', 'medium', 'high', 'critical'])
    expect(chosenValues('', 'kind', bandsWithin)).toEqual({ included: [], excluded: [] })
    expect(chosenValues('kind:prompt risk:many', 'kind', bandsWithin).included).toEqual(['prompt'])
  })
  test('can be replaced or removed', () => {
    const write = (text: string, included: string[], excluded: string[] = []) =>
      withChosenValues(text, 'sender', { included, excluded }, bandsWithin)
    expect(write('', ['a'])).toBe('sender:a')
    expect(write('x OR y', ['a'])).toBe('(x OR y) sender:a')
    expect(write('x sender:a', ['a', 'b *'])).toBe('x (sender:a OR sender:"b *")')
    expect(write('(sender:a OR sender:b) x', ['b'], ['c'])).toBe('x sender:b -sender:c')
    expect(write('sender:a -sender:b sender:q*', [])).toBe('sender:q*')
    expect(write('sender:a', [])).toBe('')
    expect(() => write('sendr:a', ['b'])).toThrow('sendr')
    expect(withChosenValues('risk>=60 x', 'band', { included: ['low'], excluded: [] }, bandsWithin)).toBe('x band:low')
  })
  test('is parsed back as it was written', () => {
    const wanted = { included: ['a"b', 'c\\d', '', '-x', 'OR'], excluded: ['*', '(y)'] }
    expect(chosenValues(withChosenValues('z', 'receiver', wanted, bandsWithin), 'receiver', bandsWithin)).toEqual(
      wanted,
    )
  })
})
