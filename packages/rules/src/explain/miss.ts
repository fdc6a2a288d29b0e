import { oneDash } from '../dashes.ts'
import { foldCase } from '@sentinelmesh/text/fold-case'
import { insidePair } from '../inside-pair.ts'
import { longestBeginning, placeOfLiteral } from '../literal-places.ts'
import type { EventLeaf } from '../match/event.ts'
import type { Range } from '../match/leaf-place.ts'
import { timePart } from '../match/time-part.ts'
import { globFind, globLiterals, type Glob } from '../parse/values/glob.ts'
import { numberOf } from '../parse/values/decimal.ts'
import { inNetwork, type Network } from '../parse/values/network.ts'
import type { Value } from '../parse/rule.ts'
import { compileAlternatives } from '../regex/regex.ts'
import type { Miss } from './explanation.ts'

/** The leaf that came nearest to a value, and why it did not match. `near` is a range in that leaf. */
export interface LeafMiss {
  readonly leaf: EventLeaf
  readonly near: Range | null
  readonly miss: LeafMissReason
}
export type LeafMissReason =
  | Exclude<Miss, { readonly reason: 'other_text' | 'other_position' }>
  | { readonly reason: 'other_text' }
  | { readonly reason: 'other_position' }

/** Shorter prefixes occur in most texts by chance. */
const NEAR_CHARS = 3
/** The networks that together contain every address. */
const EVERY_ADDRESS: readonly Network[] = [
  { version: 4, address: 0n, prefix: 0 },
  { version: 6, address: 0n, prefix: 0 },
]
/** Maximum number of required literals in an explanation: nobody reads a hundred. */
const NAMED_LITERALS = 4

/** Explains why a value that tests text matched none of the leaves. */
export function nearestMiss(value: Value, leaves: readonly [EventLeaf, ...EventLeaf[]]): LeafMiss {
  const [first] = leaves
  switch (value.kind) {
    case 'glob':
      return nearestGlob(value.globs, value.cased, value.windash, leaves)
    case 'regex':
      return missedRegex(value, leaves)
    case 'number':
      return firstThat(leaves, ({ text }) => numberOf(text) !== null, 'comparison', 'not_a_number')
    case 'network':
      return firstThat(
        leaves,
        ({ text }) => EVERY_ADDRESS.some((network) => inNetwork(text, network)),
        'outside_network',
        'not_an_address',
      )
    case 'time': {
      for (const leaf of leaves) {
        const found = timePart(leaf.text, value.part)
        if (found !== null) return { leaf, near: null, miss: { reason: 'other_time', found } }
      }
      return { leaf: first, near: null, miss: { reason: 'not_a_time' } }
    }
    case 'exists':
    case 'null':
    case 'fieldref':
    case 'custom':
      return { leaf: first, near: null, miss: { reason: 'custom' } }
  }
}

function firstThat(
  leaves: readonly [EventLeaf, ...EventLeaf[]],
  fits: (leaf: EventLeaf) => boolean,
  reason: 'comparison' | 'outside_network',
  otherwise: 'not_a_number' | 'not_an_address',
): LeafMiss {
  const leaf = leaves.find(fits)
  return leaf === undefined
    ? { leaf: leaves[0], near: null, miss: { reason: otherwise } }
    : { leaf, near: null, miss: { reason } }
}

/** Finds the leaf that contains the longest prefix of a missing literal. */
function nearestGlob(
  globs: readonly Glob[],
  cased: boolean,
  windash: boolean,
  leaves: readonly [EventLeaf, ...EventLeaf[]],
): LeafMiss {
  let [nearest, longest]: [EventLeaf, Range | null] = [leaves[0], null]
  for (const leaf of leaves) {
    const read = (text: string) => (windash ? oneDash(text) : text)
    const text = read(cased ? leaf.text : foldCase(leaf.text))
    if (cased && globs.some((glob) => globFind(foldGlob(glob), foldCase(text)) !== null))
      return { leaf, near: null, miss: { reason: 'other_case' } }
    for (const glob of globs) {
      const literals = globLiterals(glob)
      const anywhere = globFind(openGlob(glob), text)
      if (literals.length > 0 && anywhere !== null && anywhere.end > anywhere.start)
        return { leaf, near: anywhere, miss: { reason: 'other_position' } }
      const missing = literals.find((literal) => placeOfLiteral(literal, text) < 0) ?? literals[0] ?? ''
      const { start, end } = longestBeginning(missing, text)
      const near = { start, end: insidePair(text, end) ? end - 1 : end }
      if (length(near) >= NEAR_CHARS && length(near) > length(longest)) [nearest, longest] = [leaf, near]
    }
  }
  return { leaf: nearest, near: longest, miss: { reason: 'other_text' } }
}

const length = (range: Range | null) => (range === null ? 0 : range.end - range.start)

const foldGlob = ({ pieces }: Glob): Glob => ({
  pieces: pieces.map((piece) => piece.map((part) => (part === null ? null : foldCase(part)))),
})

/** The glob without anchors: an empty piece and a star on both sides let it match anywhere. */
const openGlob = ({ pieces }: Glob): Glob => ({ pieces: [[], ...pieces, []] })

function missedRegex(
  { regex, flags }: Value & { readonly kind: 'regex' },
  leaves: readonly [EventLeaf, ...EventLeaf[]],
): LeafMiss {
  const alternatives = compileAlternatives(regex, flags)
  const inAnyCase = (text: string) =>
    compileAlternatives(regex, { ...flags, ignoreCase: true }).some((alternative) => alternative.test(text))
  let lacking: LeafMiss | null = null
  for (const leaf of leaves) {
    const text = foldCase(leaf.text)
    const literals: string[] = []
    const all = alternatives.every(({ requires }) => {
      const missing = requires.find((list) => !list.some((literal) => text.includes(literal.text)))
      if (missing !== undefined) literals.push(...missing.map((literal) => literal.text))
      return missing !== undefined
    })
    if (!all) return { leaf, near: null, miss: { reason: inAnyCase(leaf.text) ? 'other_case' : 'regex' } }
    lacking ??= {
      leaf,
      near: null,
      miss: { reason: 'lacks_literal', literals: [...new Set(literals)].slice(0, NAMED_LITERALS) },
    }
  }
  return lacking ?? { leaf: leaves[0], near: null, miss: { reason: 'regex' } }
}
