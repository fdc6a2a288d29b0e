import type { AttributeClause, Regex, Text } from './ast.ts'
import { foldCase } from '@sentinelmesh/text/fold-case'
import { jsonLeaves } from './json-leaves.ts'
import { wildcard } from './wildcard.ts'

export type TextTest = (text: string) => boolean

/**
 * The engine of `/regex/` clauses, given from outside so that a page need not load one. Must answer in time linear in
 * the text. A pattern that it does not take is answered with a sentence that says why.
 */
export type RegexCompiler = (
  source: string,
  flags: string,
) => { readonly test: TextTest } | { readonly problem: string }

/** `whole`: all of the text, with case. `part`: somewhere in the text, without case. A regex decides both itself. */
export type Reach = 'whole' | 'part'

/** Throws `RangeError` for a regex that cannot be compiled: `parse` was not given the compiler. */
export function textTest(value: Text | Regex, reach: Reach, regex?: RegexCompiler): TextTest {
  switch (value.type) {
    case 'exact': {
      if (reach === 'whole') return (text) => text === value.text
      const folded = foldCase(value.text)
      return (text) => foldCase(text).includes(folded)
    }
    case 'pattern': {
      if (reach === 'whole') return wildcard(value.pattern)
      const test = wildcard(partPattern(value.pattern))
      return (text) => test(foldCase(text))
    }
    case 'regex': {
      const compiled = regex?.(value.source, value.flags)
      if (compiled === undefined)
        throw new RangeError('The query holds a regular expression and nothing to compile it with.')
      if ('problem' in compiled) throw new RangeError(compiled.problem)
      return compiled.test
    }
  }
}

/** A pattern that matches the folded whole where the given one matches a part of it. */
function partPattern(pattern: string): string {
  return `*${foldCase(pattern)}*`
}

/** The JSON text of an entry's attributes, or null: whether one that `path` leads to holds; of an array, any element. */
export function attributeTest(
  clause: Pick<AttributeClause, 'path' | 'test'>,
  regex?: RegexCompiler,
): (attributes: string | null) => boolean {
  const { path, test } = clause
  if (test.type === 'compare' || test.type === 'between') {
    const number = numberTest(test)
    return (attributes) =>
      attributes !== null &&
      jsonLeaves(attributes).some((leaf) => leaf.path === path && isNumber(leaf.text) && number(Number(leaf.text)))
  }
  const text = textTest(test, 'whole', regex)
  return (attributes) =>
    attributes !== null &&
    jsonLeaves(attributes).some((leaf) => leaf.path === path && leaf.type !== 'empty' && text(leaf.text))
}

/** Returns whether the attributes have the key, whatever its value; `null` for any key. */
export function hasAttribute(attributes: string | null, path: string | null): boolean {
  if (attributes === null) return false
  return path === null || jsonLeaves(attributes).some((leaf) => leaf.path === path || leaf.path.startsWith(`${path}.`))
}

/** Numbers, and texts that are written like one: OpenTelemetry sends large numbers as strings. */
function isNumber(text: string): boolean {
  return /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)
}

type NumberTest =
  | { readonly type: 'compare'; readonly op: '=' | '>' | '>=' | '<' | '<='; readonly value: number }
  | { readonly type: 'between'; readonly from: number; readonly to: number }

export function numberTest(test: NumberTest): (number: number) => boolean {
  if (test.type === 'between') return (number) => number >= test.from && number <= test.to
  const { op, value } = test
  switch (op) {
    case '=':
      return (number) => number === value
    case '>':
      return (number) => number > value
    case '>=':
      return (number) => number >= value
    case '<':
      return (number) => number < value
    case '<=':
      return (number) => number <= value
  }
}
