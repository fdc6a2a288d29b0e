import { array, assert, constantFrom, property } from 'fast-check'
import { expect, test } from 'vitest'
import { wordDiff } from './word-diff.ts'

test('what was exchanged stands side by side, between a few words that stayed', () => {
  const before = 'One two three four five six seven eight nine adds numbers. The end of it is far away from here.'
  const after = 'One two three four five six seven eight nine mails numbers. The end of it is far away from here.'
  expect(wordDiff(before, after, 1_000)).toBe(' … five six seven eight nine [-adds-]{+mails+} numbers. The end of  … ')
  expect(wordDiff('', 'new', 1_000)).toBe('{+new+}')
  expect(wordDiff('old', '', 1_000)).toBe('[-old-]')
})

test('hidden characters are words of their own', () => {
  expect(wordDiff('Adds.', 'Adds\u{200B}.', 1_000)).toBe('Adds{+\u{200B}+}.')
})

test('both texts can be read back from it, where nothing is left out', () => {
  const text = array(constantFrom('a', 'b', ' ', '.'), { maxLength: 16 }).map((some) => some.join(''))
  assert(
    property(text, text, (before, after) => {
      const diff = wordDiff(before, after, 10_000)
      if (diff.includes('…')) return
      expect(diff.replaceAll(/\{\+.*?\+\}/g, '').replaceAll(/\[-(.*?)-\]/g, '$1')).toBe(before)
      expect(diff.replaceAll(/\[-.*?-\]/g, '').replaceAll(/\{\+(.*?)\+\}/g, '$1')).toBe(after)
    }),
    { seed: 20261127, numRuns: 1_000 },
  )
})

test('texts that have nothing in common are told in so many characters', () => {
  const [before, after] = ['a b ', 'c d '].map((text) => text.repeat(20_000))
  const diff = wordDiff(before ?? '', after ?? '', 4_000)
  expect(diff).toHaveLength(4_000)
  expect(diff.endsWith('…')).toBe(true)
})
