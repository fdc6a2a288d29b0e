import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { BUILTIN_RULES } from '../builtin/index.ts'
import { splitDocuments } from './documents.ts'
import { RuleError } from './rule-error.ts'
import { readPlainYaml } from './yaml-plain.ts'
import { readAnyYaml, type Tree } from './yaml-tree.ts'

const fail = (code: RuleError['code'], line: number, column: number, message: string) =>
  new RuleError(code, { line, column, endLine: line, endColumn: column }, message)

/** What the library reads; null where it refuses. */
function byLibrary(text: string): Tree | null {
  try {
    return readAnyYaml(text, 0, fail).root
  } catch (error) {
    if (error instanceof RuleError) return null
    throw error
  }
}

/** What a tree says, and where its texts are. Where nothing stands the two may put it a blank apart. */
function said(tree: Tree | null): unknown {
  if (tree === null || (tree.kind === 'scalar' && tree.value === null)) return null
  if (tree.kind === 'scalar') return tree
  if (tree.kind === 'list') return tree.items.map(said)
  return tree.entries.map(({ key, keySpan: { start, end }, value }) => ({ key, start, end, value: said(value) }))
}

const TEXTS = BUILTIN_RULES.map(({ text }) => text)

test('the built-in rules are plain', () => {
  const plain = TEXTS.filter((text) => readPlainYaml(text, 0) !== null)
  expect(plain.length).toBeGreaterThan(TEXTS.length / 2)
})

test.each(BUILTIN_RULES)('$id: the short reader and the library see one tree', ({ text }) => {
  expect([null, byLibrary(text)]).toContainEqual(readPlainYaml(text, 0))
})

/** Pieces that mean something in YAML, to be put where they break or change it. */
const PIECES = [
  ' ',
  '  ',
  '\n',
  '\n\n',
  '\r\n',
  '\r',
  '\t',
  ':',
  ': ',
  ' #',
  '#',
  '- ',
  '-',
  '|',
  '|-\n',
  '>',
  "'",
  '"',
  '\\',
  '\\n',
  '\\x41',

  '&a ',
  '*a',
  '!!str ',
  '?',
  '? ',
  '[',
  ']',
  '{',
  '}',
  ',',
  '%',
  '@',
  '`',
  '~',
  'null',
  'true',
  '0x1f',
  '1e3',
  '.5',
  '+1',

  'key: value\n',
  '- item\n',
  '- a: 1\n  b: 2\n',
  'x:\n- y\n',
  "'quoted': it\n",
  '-1',
  '\uFEFF',
  '\u00e9',
  '\u{1F600}',
]

const changed = fc
  .record({
    text: fc.constantFrom(...TEXTS),
    cuts: fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        drop: fc.nat(12),
        piece: fc.constantFrom('', ...PIECES),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ text, cuts }) => {
    let made = text
    for (const { at, drop, piece } of cuts) {
      const from = Math.floor(at * made.length)
      made = made.slice(0, from) + piece + made.slice(from + drop)
    }
    return made
  })

const composed = fc
  .array(fc.tuple(fc.nat(4), fc.constantFrom(...PIECES, 'a: b', 'c:', 'd', '- e', "- 'f'", 'g: "h"', 'i: |')), {
    minLength: 1,
    maxLength: 12,
  })
  .map((lines) => lines.map(([indent, piece]) => ' '.repeat(indent) + piece).join('\n') + '\n')

/** The trees of the documents that the short reader reads, and those of the library. */
function bothWays(text: string): { short: unknown[]; library: unknown[] } {
  const read = splitDocuments(text).flatMap((document) => {
    const plain = readPlainYaml(document.text, 0)
    return plain === null ? [] : [{ plain, text: document.text }]
  })
  return { short: read.map(({ plain }) => said(plain)), library: read.map(({ text }) => said(byLibrary(text))) }
}

const agree = (texts: fc.Arbitrary<string>) =>
  fc.assert(
    fc.property(texts, (text) => {
      const { short, library } = bothWays(text)
      expect(short).toEqual(library)
    }),
    { seed: 5, numRuns: 1500 },
  )

test('in rules with slips of the pen the library reads what the short reader reads', () => {
  expect(() => agree(changed)).not.toThrow()
})

test('in lines put together at random the library reads what the short reader reads', () => {
  expect(() => agree(composed)).not.toThrow()
})
