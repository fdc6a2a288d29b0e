import type { EventLeaf } from './event.ts'
import { foldCase } from '../fold.ts'
import { globFind, globLiterals, plainText, type Glob } from '../parse/glob.ts'
import { inNetwork } from '../parse/network.ts'
import { numberOf, oneDash } from '../parse/parse-detection.ts'
import { compileAlternatives, type Literal } from '../regex/regex.ts'
import type { Comparison, CustomTest, Value } from '../parse/rule.ts'
import type { Range } from './found.ts'
import { timePart } from './time-part.ts'

/** One value of a search, ready to be tried on a leaf that is not null. */
export interface ValueMatcher {
  /** Each leaf that matches holds a literal of each of these lists. Empty where nothing can be said. */
  readonly requires: readonly (readonly Literal[])[]
  /** Where each match begins with a literal that the index has found: only there it is looked for. */
  readonly at: {
    readonly firsts: readonly Literal[]
    /** `starts` ascend. */
    test(leaf: EventLeaf, starts: readonly number[]): boolean
    find(leaf: EventLeaf, starts: readonly number[], most: number): readonly Range[]
  } | null
  test(leaf: EventLeaf): boolean
  /** At most `most` places, leftmost first, without overlap. Called only where `test` held. */
  find(leaf: EventLeaf, most: number): readonly Range[]
}

/** Those that look at the text of one leaf; the others look at the field or at another one. */
export type TextValue = Exclude<Value, { kind: 'exists' | 'null' | 'fieldref' }>

/** For the values that look at the text of a leaf (`exists` and `null` look at the field). The value holds where one does. */
export function valueMatchers(value: TextValue): ValueMatcher[] {
  switch (value.kind) {
    case 'glob':
      return [globMatcher(value.globs, value.cased, value.windash)]
    case 'regex':
      return compileAlternatives(value.regex, value.flags).map((regex) => ({
        requires: regex.requires,
        at: regex.firsts && {
          firsts: regex.firsts,
          test: (leaf, starts) => regex.testAt(leaf.text, starts),
          find: (leaf, starts, most) => repeat(most, (from) => regex.findAt(leaf.text, starts, from), leaf.text.length),
        },
        test: (leaf) => regex.test(leaf.text),
        find: (leaf, most) => repeat(most, (from) => regex.find(leaf.text, from), leaf.text.length),
      }))
    case 'number':
      return [whole((text) => compares(numberOf(text), value.comparison, value.number))]
    case 'network':
      return [whole((text) => inNetwork(text, value.network))]
    case 'time':
      return [whole((text) => timePart(text, value.part) === value.number)]
    case 'custom':
      return [customMatcher(value.test)]
  }
}

function customMatcher(test: CustomTest): ValueMatcher {
  return {
    requires: [],
    at: null,
    test: (leaf) => test(leaf.text) !== null,
    find: (leaf) => [test(leaf.text)].filter((range) => range !== null),
  }
}

function whole(test: (text: string) => boolean): ValueMatcher {
  return {
    requires: [],
    at: null,
    test: (leaf) => test(leaf.text),
    find: (leaf) => [{ start: 0, end: leaf.text.length }],
  }
}

function compares(number: number | null, comparison: Comparison, limit: number): boolean {
  if (number === null) return false
  switch (comparison) {
    case 'lt':
      return number < limit
    case 'lte':
      return number <= limit
    case 'gt':
      return number > limit
    case 'gte':
      return number >= limit
  }
}

function globMatcher(globs: readonly Glob[], cased: boolean, windash: boolean): ValueMatcher {
  const read = (leaf: EventLeaf) => {
    const text = cased ? leaf.text : foldCase(leaf.text)
    return windash ? oneDash(text) : text
  }
  const locators = globs.map(locator)
  return {
    requires: requiresOf(globs, windash),
    at: null,
    test(leaf) {
      const text = read(leaf)
      return locators.some(({ test }) => test(text))
    },
    find(leaf, most) {
      const text = read(leaf)
      const found = locators.flatMap(({ find }) => repeat(most, (from) => find(text, from), text.length))
      return found.slice(0, most)
    },
  }
}

interface Locator {
  test(text: string): boolean
  find(text: string, from: number): Range | null
}

function locator(glob: Glob): Locator {
  const plain = plainText(glob)
  if (plain === null)
    return { test: (text) => globFind(glob, text) !== null, find: (text, from) => globFind(glob, text, from) }
  const { text: needle, start, end } = plain
  const test =
    start && end
      ? (text: string) => text === needle
      : start
        ? (text: string) => text.startsWith(needle)
        : end
          ? (text: string) => text.endsWith(needle)
          : (text: string) => text.includes(needle)
  return { test, find: (text, from) => globFind(glob, text, from) }
}

/** Calls `find` from the start and then from the end of each place that it finds. */
function repeat(most: number, find: (from: number) => Range | null, length: number): Range[] {
  const found: Range[] = []
  for (let from = 0; found.length < most && from <= length;) {
    const place = find(from)
    if (place === null) break
    found.push(place)
    // An empty place must not be found again for ever.
    from = Math.max(place.end, place.start + 1)
  }
  return found
}

/** For each form the longest literal of it, in folded letters. */
function requiresOf(globs: readonly Glob[], windash: boolean): Literal[][] {
  const found: Literal[] = []
  for (const glob of globs) {
    const parts = globLiterals(glob).map(foldCase)
    // Any of five dashes may stand for one in the rule.
    const fixed = windash ? parts.flatMap((part) => part.split('-')) : parts
    const longest = fixed.reduce((best, part) => (part.length > best.length ? part : best), '')
    if (longest === '') return []
    found.push({ text: longest, wordStart: false, wordEnd: false })
  }
  return [found]
}
