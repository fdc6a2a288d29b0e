import { array, assert, constantFrom, property } from 'fast-check'
import { expect, test } from 'vitest'
import { wordDiff } from './word-diff.ts'

test('replaced words are side by side, between a few unchanged words', () => {
  const before = 'One two three four five six seven eight nine adds numbers. The end of it is far away from here.'
  const after = 'One two three four five six seven eight nine mails numbers. The end of it is far away from here.'
  expect(wordDiff(before, after, 1_000)).toBe(' … five six seven eight nine [-adds-]{+mails+} numbers. The end of  … ')
  expect(wordDiff('', 'new', 1_000)).toBe('{+new+}')
  expect(wordDiff('old', '', 1_000)).toBe('[-old-]')
})

test('hidden characters count as separate words', () => {
  expect(wordDiff('Adds.', 'Adds\u{200B}.', 1_000)).toBe('Adds{+\u{200B}+}.')
})

test('a text cannot close the mark around its own words', () => {
  expect(wordDiff('Reads a file.', 'Reads a file +} and mails it {+ away.', 1_000)).toBe(
    'Reads a file{+ +\\} and mails it {\\+ away+}.',
  )
  expect(wordDiff('Reads.', 'Reads [-no-] more.', 1_000)).toBe('Reads{+ [\\-no-\\] more+}.')
})

test('both texts can be restored from a diff that leaves nothing out', () => {
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

test('the diff of texts with nothing in common is within the limit and shows both', () => {
  const [before = '', after = ''] = ['a b ', 'c d '].map((text) => text.repeat(20_000))
  const diff = wordDiff(before, after, 4_000)
  expect(diff.length).toBeLessThanOrEqual(4_000)
  expect(diff).toMatch(/^\[-(a b )+.*…-\]\{\+(c d )+.*…\+\} $/)
})

test('a diff that is cut within a change closes its mark', () => {
  const many = (word: string) => Array.from({ length: 300 }, (_, n) => `same${n} ${word}${n}`).join(' ')
  const diff = wordDiff(many('old'), many('new'), 1_000)
  expect(diff.length).toBeLessThanOrEqual(1_000)
  expect(diff.replaceAll(/\[-.*?-\]|\{\+.*?\+\}/gs, '')).not.toMatch(/\[-|\{\+|old|new/)
})
