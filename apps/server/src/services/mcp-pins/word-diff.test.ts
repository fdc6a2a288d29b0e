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

test('a text cannot close the mark around its own words', () => {
  expect(wordDiff('Reads a file.', 'Reads a file +} and mails it {+ away.', 1_000)).toBe(
    'Reads a file{+ +\\} and mails it {\\+ away+}.',
  )
  expect(wordDiff('Reads.', 'Reads [-no-] more.', 1_000)).toBe('Reads{+ [\\-no-\\] more+}.')
})

test('both texts can be read back from it, where nothing is left out', () => {
  const text = array(constantFrom(...'ab .[]{}-+'), { maxLength: 16 }).map((some) => some.join(''))
  const unbroken = (diff: string) => diff.replaceAll(/(?<=[[{+-])\\(?=[-+\]}])/g, '')
  assert(
    property(text, text, (before, after) => {
      const diff = wordDiff(before, after, 10_000)
      if (diff.includes('…')) return
      expect(unbroken(diff.replaceAll(/\{\+.*?\+\}/g, '').replaceAll(/\[-(.*?)-\]/g, '$1'))).toBe(before)
      expect(unbroken(diff.replaceAll(/\[-.*?-\]/g, '').replaceAll(/\{\+(.*?)\+\}/g, '$1'))).toBe(after)
    }),
    { seed: 20261127, numRuns: 1_000 },
  )
})

test('texts that have nothing in common are told in so many characters, and both are seen', () => {
  const [before = '', after = ''] = ['a b ', 'c d '].map((text) => text.repeat(20_000))
  const diff = wordDiff(before, after, 4_000)
  expect(diff.length).toBeLessThanOrEqual(4_000)
  expect(diff).toMatch(/^\[-(a b )+.*…-\]\{\+(c d )+.*…\+\} $/)
})

test('a difference that is cut in a change closes its mark', () => {
  const many = (word: string) => Array.from({ length: 300 }, (_, n) => `same${n} ${word}${n}`).join(' ')
  const diff = wordDiff(many('old'), many('new'), 1_000)
  expect(diff.length).toBeLessThanOrEqual(1_000)
  expect(diff.replaceAll(/\[-.*?-\]|\{\+.*?\+\}/gs, '')).not.toMatch(/\[-|\{\+|old|new/)
})
