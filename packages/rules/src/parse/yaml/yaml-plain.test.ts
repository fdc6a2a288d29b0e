import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { BUILTIN_RULES } from '../../builtin/index.ts'
import { splitDocuments } from './documents.ts'
import { RuleError } from '../rule-error.ts'
import { readPlainYaml } from './yaml-plain.ts'
import { readAnyYaml } from './yaml-tree.ts'
import type { Tree } from './yaml-nodes.ts'

const fail = (code: RuleError['code'], line: number, column: number, message: string) =>
  new RuleError(code, { line, column, endLine: line, endColumn: column }, message)

/** The result of the library, or null if it rejects the text. */
function byLibrary(text: string): Tree | null {
  try {
    return readAnyYaml(text, 0, fail).root
  } catch (error) {
    if (error instanceof RuleError) return null
    throw error
  }
}

/** The content of a tree and the positions of its texts. Positions of empty values can differ by one space. */
function contentOf(tree: Tree | null): unknown {
  if (tree === null || (tree.kind === 'scalar' && tree.value === null)) return null
  if (tree.kind === 'scalar') return tree
  if (tree.kind === 'list') return tree.items.map(contentOf)
  return tree.entries.map(({ key, keySpan: { start, end }, value }) => ({ key, start, end, value: contentOf(value) }))
}

const TEXTS = BUILTIN_RULES.map(({ text }) => text)

test('the built-in rules are plain', () => {
  const plain = TEXTS.filter((text) => readPlainYaml(text, 0) !== null)
  expect(plain.length).toBeGreaterThan(TEXTS.length / 2)
})

test.each(BUILTIN_RULES)('$id: the short reader and the library return the same tree', ({ text }) => {
  expect([null, byLibrary(text)]).toContainEqual(readPlainYaml(text, 0))
})

/** Styles of published rules. */
const PLAIN = {
  'a list of maps':
    "s:\n    - A|endswith: '\\x.exe'\n      B: c\n    - D|contains|all:\n          - ' -e'\n          - '/f'\n",
  'a list without an indent': "A:\n- 'x'\n- y\n",
  'keys in quotes': "k:\n    '|all':\n        - 'a'\n        - \"b\"\n'B|contains': c\n",
  comments: "# first\nA: x # behind\n\n    # alone\nB: 'y#z' # 'quoted'\n",
  'quotes in quotes': `A: 'it''s'\nB: "say \\"no\\""\nC: a'b"c\n`,
  'percent signs, slashes and colons': "A|expand: '%x%'\nB: C:\\Temp\\\nC: http://x:80/y\n",
  'empty values and numbers': "A:\nB: null\nC: ~\nD: ''\nE: 007\nF: 0x10\nG: 1e3\nH: 1.50\n",
  'words of YAML 1.1': 'A: yes\nB: off\nC: 1:30\nD: 2024-01-31\n',
  'non-Latin characters': "A: 'Ж–é'\nB: 😀\nC: \u00a0x\n",
  'literal blocks': 'A: |\n    one\n\n      two\nB: |-\n    three\n\nC: d\n',
  'Windows line endings': "A: x\r\nB:\r\n    - 'y'\r\n",
  'trailing spaces and no final newline': 'A: x   \nB: y',
}

test.each(Object.entries(PLAIN))('%s: the short reader returns the same tree as the library', (_, text) => {
  expect(contentOf(readPlainYaml(text, 0))).toEqual(contentOf(byLibrary(text)))
  expect(byLibrary(text)).not.toBeNull()
})

const LEFT_TO_THE_LIBRARY = {
  'a folded text': 'A: >\n    x\n    y\n',
  'a multi-line plain text': 'A: x\n    y\n',
  'a multi-line quoted text': "A: 'x\n    y'\n",
  'a list in brackets': 'A: [x, y]\n',
  'an anchor': 'A: &a x\nB: *a\n',
  'a tag': 'A: !!str 5\n',
  'a numeric escape': 'A: "\\u0410"\n',
  'a tab': 'A: x\t# y\n',
  'a duplicate key': 'A: x\nA: y\n',
  'a lone carriage return': 'A: x\rB: y\n',
}

test.each(Object.entries(LEFT_TO_THE_LIBRARY))('%s: the short reader defers to the library', (_, text) => {
  expect(readPlainYaml(text, 0)).toBeNull()
})

/** Text with a meaning in YAML, to insert where it breaks or changes a document. */
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

/** The trees of the documents that the short reader accepts, and those of the library. */
function bothWays(text: string): { short: unknown[]; library: unknown[] } {
  const read = splitDocuments(text).flatMap((document) => {
    const plain = readPlainYaml(document.text, 0)
    return plain === null ? [] : [{ plain, text: document.text }]
  })
  return {
    short: read.map(({ plain }) => contentOf(plain)),
    library: read.map(({ text }) => contentOf(byLibrary(text))),
  }
}

const agree = (texts: fc.Arbitrary<string>) =>
  fc.assert(
    fc.property(texts, (text) => {
      const { short, library } = bothWays(text)
      expect(short).toEqual(library)
    }),
    { seed: 5, numRuns: 1500 },
  )

test('the library agrees with the short reader on rules with typos', () => {
  expect(() => agree(changed)).not.toThrow()
})

test('the library agrees with the short reader on random lines', () => {
  expect(() => agree(composed)).not.toThrow()
})
