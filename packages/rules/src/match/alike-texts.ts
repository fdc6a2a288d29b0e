import { foldedUnits } from './trie.ts'

/**
 * Texts that the automaton cannot distinguish, because it compared only their first characters or ignored the case of
 * some. They are sorted, so one pass over the input finds all that match at an offset. Comparing them one by one would
 * take minutes for thousands of texts and an input that repeats their common prefix.
 */
export interface AlikeTexts<Wanted> {
  /** Normalized by `comparable`. */
  readonly texts: readonly string[]
  /** The values that the caller attached to each text, in the order of `texts`. */
  readonly wanted: readonly Wanted[]
  /** The number of leading characters that the automaton has compared when it reports a hit. */
  readonly seen: number
  /** The number of those that need no second comparison. */
  readonly sure: number
}

export function alikeTexts<Wanted>(
  rows: readonly { readonly text: string; readonly wanted: Wanted }[],
  seen: number,
): AlikeTexts<Wanted> {
  const sorted = rows
    .map(({ text, wanted }) => ({ text: comparable(text), wanted }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text === b.text ? 0 : 1))
  const texts = sorted.map(({ text }) => text)
  const isSure = texts.every((text) => /^[\0-\u007f]*$/.test(text.slice(0, seen)))
  return { texts, wanted: sorted.map(({ wanted }) => wanted), seen, sure: isSure ? seen : 0 }
}

/** Maps all low surrogates to one: letters beyond the basic plane differ in case only there, and case is ignored. */
const comparable = (text: string) => text.replaceAll(/[\udc00-\udfff]/g, '\udc00')
let units: Uint16Array | null = null

/** Calls `found` for each of the texts that occurs in `text` at `begin`, with its `wanted` value, start and end. */
export function eachAlike<Wanted>(
  { texts, wanted, sure }: AlikeTexts<Wanted>,
  text: string,
  begin: number,
  found: (wanted: Wanted | undefined, begin: number, end: number) => void,
): void {
  units ??= foldedUnits().slice().fill(0xdc00, 0xdc00, 0xe000)
  let low = 0
  let high = texts.length
  for (let depth = sure; ; depth++) {
    // A text that ends here sorts before the texts that continue.
    for (; low < high && texts[low]?.length === depth; low++) found(wanted[low], begin, begin + depth)
    if (low === high) return
    const code = units[text.charCodeAt(begin + depth)] ?? -1
    if (texts[low]?.charCodeAt(depth) === code && texts[high - 1]?.charCodeAt(depth) === code) continue
    low = notBelow(texts, code, depth, low, high)
    high = notBelow(texts, code + 1, depth, low, high)
  }
}

/** Binary search in `low`..`high` for the first text whose character at `depth` is not below `code`. */
function notBelow(texts: readonly string[], code: number, depth: number, low: number, high: number): number {
  while (low < high) {
    const middle = (low + high) >> 1
    if ((texts[middle]?.charCodeAt(depth) ?? 0) < code) low = middle + 1
    else high = middle
  }
  return low
}
