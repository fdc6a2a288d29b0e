import { ATOM_CHARS } from './atoms.ts'
import { foldedOf, type EventLeaf } from './event.ts'
import { oneDash } from '../dashes.ts'
import { foldCase } from '@sentinelmesh/text/fold-case'
import { placeOfLiteral } from '../literal-places.ts'
import { globFind, globLiterals, plainText, type Glob } from '../parse/glob.ts'
import { inNetwork } from '../parse/network.ts'
import { numberOf } from '../parse/parse-detection.ts'
import { compileAlternatives, type Literal, type RegexFlags } from '../regex/regex.ts'
import type { Comparison, CustomTest, TextPlace, Value } from '../parse/rule.ts'
import type { Range } from './leaf-place.ts'
import { timePart } from './time-part.ts'

/** One value of a search, or one form of it, ready to be tried on a leaf that is not null. */
export interface ValueMatcher {
  /** Equal for equal ones. */
  readonly key: string
  /** The text that a leaf must be, begin with, end with or hold, folded, where nothing else is asked. */
  readonly exact: { readonly text: string; readonly place: TextPlace } | null
  /** Each leaf that matches holds a literal of each of these lists. Empty where nothing can be said. */
  readonly requires: readonly (readonly Literal[])[]
  /** Where each match begins with a literal that the index has found: only there it is looked for. */
  readonly at: {
    readonly firsts: readonly Literal[]
    /** Whether a match begins at `start`; else negative, one less than the characters that were read. */
    tryAt(leaf: EventLeaf, start: number): number
    /** `starts` ascend. */
    find(leaf: EventLeaf, starts: readonly number[], most: number): readonly Range[]
  } | null
  test(leaf: EventLeaf): boolean
  /** At most `most` places, leftmost first, without overlap. Called only where `test` held. */
  find(leaf: EventLeaf, most: number): readonly Range[]
  /** How long `test` takes, roughly: 1 is a look at an atom. */
  readonly cost: number
}

/** Those that look at the text of one leaf; the others look at the field or at another one. */
export type TextValue = Exclude<Value, { kind: 'exists' | 'null' | 'fieldref' }>

/** The forms of a value that looks at the text of a leaf: it holds where one of them does. */
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
        whole(`${value.comparison} ${value.number}`, 8, (text) =>
          compares(numberOf(text), value.comparison, value.number),
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

/** A rule set has tens of thousands: what few of them are asked for is worked out then. */
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

/** Letters beyond the basic plane are left to the glob itself: the index does not tell their cases apart. */
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

/** The longest literal that the glob needs, in folded letters. */
function requiresOf(glob: Glob, windash: boolean): Literal[][] {
  const parts = globLiterals(glob).map(foldCase)
  // Any of five dashes may stand for one in the rule.
  const fixed = windash ? parts.flatMap((part) => part.split('-')) : parts
  const longest = fixed.reduce((best, part) => (part.length > best.length ? part : best), '')
  return longest === '' ? [] : [[{ text: longest, wordStart: false, wordEnd: false }]]
}
