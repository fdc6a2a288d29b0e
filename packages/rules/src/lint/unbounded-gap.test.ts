import { expect, test } from 'vitest'
import { unboundedGap } from './unbounded-gap.ts'

test.each([
  [String.raw`net[\s\S]*?exec`, false, String.raw`[\s\S]*`],
  [String.raw`net[\s\S]{0,201}exec`, false, String.raw`[\s\S]{0,201}`],
  [String.raw`(?i)net(?:.|\n)+exec`, false, String.raw`(?:.|\n)+`],
  ['net.*exec', true, '.*'],
  ['(?s)net.*exec', false, '.*'],
])('%s with dotall %s has the gap %s', (regex, isDotAll, gap) => {
  expect(unboundedGap(regex, isDotAll)).toBe(gap)
})

test.each([
  ['net.*exec', false],
  [String.raw`net[^\n]*?exec`, true],
  [String.raw`net[\s\S]{0,200}?exec`, false],
  [String.raw`net\.*exec`, true],
  [String.raw`^[\s\S]*net`, false],
  [String.raw`net[\s\S]*?$`, false],
])('%s with dotall %s has none', (regex, isDotAll) => {
  expect(unboundedGap(regex, isDotAll)).toBeNull()
})
