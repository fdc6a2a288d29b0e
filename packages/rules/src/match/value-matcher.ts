import { ATOM_CHARS } from './atoms.ts'
import { foldedOf, type EventLeaf } from './event.ts'
import { oneDash } from '../dashes.ts'
import { foldCase } from '@sentinelmesh/text/fold-case'
import { placeOfLiteral } from '../literal-places.ts'
import { globFind, globLiterals, plainText, type Glob } from '../parse/values/glob.ts'
import { inNetwork } from '../parse/values/network.ts'
import { compareDecimals, decimalOf, type Decimal } from '../parse/values/decimal.ts'
import { compileAlternatives, type Literal, type RegexFlags } from '../regex/regex.ts'
import type { Comparison, CustomTest, TextPlace, Value } from '../parse/rule.ts'
import type { Range } from './leaf-place.ts'
import { timePart } from './time-part.ts'

/** One value of a search, or one form of it, compiled to test leaves that are not null. */
export interface ValueMatcher {
  /** Matchers with the same behavior have the same key. */
  readonly key: string
  /** The case-folded text that decides the match on its own; null if a match depends on anything else. */
  readonly exact: { readonly text: string; readonly place: TextPlace } | null
  /** Every matching leaf contains a literal from each of these lists. Empty if no literal is required. */
  readonly requires: readonly (readonly Literal[])[]
  /** Set if every match begins with one of `firsts`, so that only the offsets the index found need a test. */
  readonly at: {
    readonly firsts: readonly Literal[]
    /** The end of the match that begins at `start`, or, if none does, `-1 - charactersRead`. */
    tryAt(leaf: EventLeaf, start: number): number
    /** `starts` ascend. */
    find(leaf: EventLeaf, starts: readonly number[], most: number): readonly Range[]
  } | null
  test(leaf: EventLeaf): boolean
  /** At most `most` ranges, leftmost first, without overlap. Call it only after `test` returned true. */
  find(leaf: EventLeaf, most: number): readonly Range[]
  /** The rough cost of `test`, where 1 is the lookup of one atom. */
  readonly cost: number
}

/** Values that test the text of one leaf. The other kinds test the field itself or compare it with another field. */
export type TextValue = Exclude<Value, { kind: 'exists' | 'null' | 'fieldref' }>

/** Compiles a value into alternatives: the value matches a leaf if any of them does. */
export function valueMatchers(value: TextValue): ValueMatcher[] {
  switch (value.kind) {
    case 'glob':
      return value.globs.map((glob) => new GlobMatcher({ glob, cased: value.cased, windash: value.windash }))
    case 'regex':
      return compileAlternatives(value.regex, value.flags).map((regex) => ({
        key: `re ${flagsText(value.flags)} ${regex.pattern}`,
        exact: null,
        requires: regex.requires,
        at: regex.firsts && {
          firsts: regex.firsts,
          tryAt: (leaf, start) => regex.tryAt(leaf.text, start),
          find: (leaf, starts, most) => repeat(most, (from) => regex.findAt(leaf.text, starts, from), leaf.text.length),
        },
        test: (leaf) => regex.test(leaf.text),
        find: (leaf, most) => repeat(most, (from) => regex.find(leaf.text, from), leaf.text.length),
        cost: 200,
      }))
    case 'number':
      return [
        whole(`${value.comparison} ${value.limit.text}`, 8, (text) =>
          compares(decimalOf(text), value.comparison, value.limit),
        ),
      ]
    case 'network': {
      const { version, address, prefix } = value.network
      return [whole(`cidr ${version} ${address} ${prefix}`, 30, (text) => inNetwork(text, value.network))]
    }
    case 'time':
      return [whole(`${value.part} ${value.number}`, 20, (text) => timePart(text, value.part) === value.number)]
    case 'custom':
      return [customMatcher(value.test)]
  }
}

const flagsText = ({ ignoreCase, multiline, dotAll }: RegexFlags) =>
  `${ignoreCase ? 'i' : ''}${multiline ? 'm' : ''}${dotAll ? 's' : ''}`

let customs = 0

function customMatcher(test: CustomTest): ValueMatcher {
  return {
    key: `custom ${customs++}`,
    exact: null,
    requires: [],
    at: null,
    test: (leaf) => test(leaf.text) !== null,
    find: (leaf) => [test(leaf.text)].filter((range) => range !== null),
    cost: 100,
  }
}

function whole(key: string, cost: number, test: (text: string) => boolean): ValueMatcher {
  return {
    key,
    exact: null,
    requires: [],
    at: null,
    test: (leaf) => test(leaf.text),
    find: (leaf) => [{ start: 0, end: leaf.text.length }],
    cost,
  }
}

function compares(number: Decimal | null, comparison: Comparison, limit: Decimal): boolean {
  if (number === null) return false
  const order = compareDecimals(number, limit)
  switch (comparison) {
    case 'lt':
      return order < 0
    case 'lte':
      return order <= 0
    case 'gt':
      return order > 0
    case 'gte':
      return order >= 0
  }
}

/** A rule set has tens of thousands of these, so whatever few of them need is computed on first use. */
class GlobMatcher implements ValueMatcher {
  readonly exact: ValueMatcher['exact']
  readonly at = null
  readonly cost = 12
  readonly #glob: Glob
  readonly #cased: boolean
  readonly #windash: boolean
  #holds: ((text: string) => boolean) | null = null

  constructor({ glob, cased, windash }: { readonly glob: Glob; readonly cased: boolean; readonly windash: boolean }) {
    this.#glob = glob
    this.#cased = cased
    this.#windash = windash
    this.exact = cased || windash ? null : exactText(glob)
  }

  get key(): string {
    return `glob ${this.#cased ? 'c' : ''}${this.#windash ? 'w' : ''} ${JSON.stringify(this.#glob.pieces)}`
  }

  get requires(): Literal[][] {
    return requiresOf(this.#glob, this.#windash)
  }

  test(leaf: EventLeaf): boolean {
    this.#holds ??= testOf(this.#glob)
    return this.#holds(this.#read(leaf))
  }

  find(leaf: EventLeaf, most: number): Range[] {
    const text = this.#read(leaf)
    return repeat(most, (from) => globFind(this.#glob, text, from), text.length)
  }

  #read(leaf: EventLeaf): string {
    const text = this.#cased ? leaf.text : foldedOf(leaf)
    return this.#windash ? oneDash(text) : text
  }
}

/** Null for letters beyond the basic plane, which the glob must test: the index ignores their case. */
function exactText(glob: Glob): ValueMatcher['exact'] {
  const plain = plainText(glob)
  if (plain === null) return null
  const { text, start, end } = plain
  if (/[\ud800-\udfff]/.test(text) && (text.length !== 2 || (text.codePointAt(0) ?? 0) < 0x10000)) return null
  if (start && end) return { text, place: 'whole' }
  if (text === '' || text.length > ATOM_CHARS) return null
  return { text, place: start ? 'startswith' : end ? 'endswith' : 'contains' }
}

function testOf(glob: Glob): (text: string) => boolean {
  const plain = plainText(glob)
  if (plain === null) return (text) => globFind(glob, text) !== null
  const { text: needle, start, end } = plain
  if (start && end) return (text) => text === needle
  if (start) return (text) => text.startsWith(needle)
  return end ? (text) => text.endsWith(needle) : (text) => placeOfLiteral(needle, text) >= 0
}

/** Calls `find` from offset 0, then again from the end of each range that it returns. */
function repeat(most: number, find: (from: number) => Range | null, length: number): Range[] {
  const found: Range[] = []
  for (let from = 0; found.length < most && from <= length;) {
    const place = find(from)
    if (place === null) break
    found.push(place)
    // An empty range still has to advance the offset.
    from = Math.max(place.end, place.start + 1)
  }
  return found
}

/** The longest literal that every match of the glob contains, case-folded. */
function requiresOf(glob: Glob, windash: boolean): Literal[][] {
  const parts = globLiterals(glob).map(foldCase)
  // With `windash`, a dash in the rule matches any of five dashes, so no literal can contain one.
  const fixed = windash ? parts.flatMap((part) => part.split('-')) : parts
  const longest = fixed.reduce((best, part) => (part.length > best.length ? part : best), '')
  return longest === '' ? [] : [[{ text: longest, wordStart: false, wordEnd: false }]]
}
