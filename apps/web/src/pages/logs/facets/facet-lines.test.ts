import { expect, test } from 'vitest'
import { linesOf, type FacetOut } from './facet-lines.ts'

const NONE = { included: [], excluded: [] }
const facet = (field: FacetOut['field'], counts: Record<string, number>, distinct = Object.keys(counts).length) => ({
  field,
  distinct,
  values: Object.entries(counts).map(([value, count]) => ({ value, count })),
})
const shown = (...given: Parameters<typeof linesOf>) => linesOf(...given).map(({ value, count }) => `${value} ${count}`)

test('all bands are listed, highest first, including those without entries', () => {
  expect(shown(facet('band', { none: 90, high: 2 }), NONE, { most: 8, estimated: false })).toEqual([
    'critical 0',
    'high 2',
    'medium 0',
    'low 0',
    'none 90',
  ])
})

test('selected values are listed, however few entries have them', () => {
  const chosen = { included: ['b', 'rare'], excluded: ['gone'] }
  expect(shown(facet('sender', { a: 9, b: 5 }), chosen, { most: 8, estimated: false })).toEqual([
    'a 9',
    'b 5',
    'rare 0',
    'gone 0',
  ])
  // Values beyond the counted ones have no count instead of zero.
  expect(shown(facet('sender', { a: 9, b: 5 }, 40), chosen, { most: 8, estimated: false }).slice(2)).toEqual([
    'rare undefined',
    'gone undefined',
  ])
  expect(
    shown(facet('sender', { a: 9, b: 5 }), { included: ['b'], excluded: [] }, { most: 1, estimated: false }),
  ).toEqual(['a 9', 'b 5'])
  expect(shown(facet('kind', {}), { included: ['prompt'], excluded: [] }, { most: 8, estimated: true })).toEqual([
    'prompt undefined',
  ])
})
