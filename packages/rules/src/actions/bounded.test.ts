import { expect, test } from 'vitest'
import { OBJECT_PATTERNS } from './objects.ts'
import { CODE } from './programs/code.ts'
import { UNIX_PROGRAMS } from './programs/unix.ts'
import { WINDOWS_PROGRAMS } from './programs/windows.ts'

const programs = [...UNIX_PROGRAMS, ...WINDOWS_PROGRAMS]
const patterns: readonly RegExp[] = [
  ...programs.flatMap(({ given }) => given ?? []),
  ...Object.values(OBJECT_PATTERNS).flat(),
  ...CODE.flatMap(({ around, near }) => [around, ...near]),
]

/** Without what an escape or a class stands for, so that only the signs of repetition are left. */
const repetitionsIn = ({ source }: RegExp): readonly string[] =>
  source
    .replaceAll(/\\[\s\S]/g, '.')
    .replaceAll(/\[[^\]]*\]/g, '.')
    .match(/[*+]|\{\d+,\}/g) ?? []

test('no expression of the action tables has a repetition without a bound', () => {
  expect(patterns.length).toBeGreaterThan(200)
  expect(patterns.filter((pattern) => repetitionsIn(pattern).length > 0).map(String)).toEqual([])
  expect([/a*/, /[*]\*b+/, /a{2,}/].map((pattern) => repetitionsIn(pattern).length)).toEqual([1, 1, 1])
})
