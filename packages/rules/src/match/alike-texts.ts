import { foldedUnits } from './trie.ts'

/**
 * Texts that the automaton does not tell apart: it has seen only so many characters of them, or cannot tell some. Sorted,
 * so that one look at each character of what stands there finds all that are there, however many they are: one after the
 * other, thousands of them over a text that repeats their beginning would take minutes.
 */
export interface AlikeTexts<Wanted> {
  /** In the form of `comparable`. */
  readonly texts: readonly string[]
  /** What is wanted of each text. */
  readonly wanted: readonly Wanted[]
  /** How many characters the automaton has seen of each when it tells of them. */
  readonly seen: number
  /** How many of those it is sure of. */
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

/** Letters beyond the basic plane have cases too, which differ in their second halves: those are all alike. */
const comparable = (text: string) => text.replaceAll(/[\udc00-\udfff]/g, '\udc00')
let units: Uint16Array | null = null

/** Calls `found` with what is wanted of each text that stands in `text` at `begin`, and where it ends. */
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
    // What ends here sorts before what goes on.
    for (; low < high && texts[low]?.length === depth; low++) found(wanted[low], begin, begin + depth)
    if (low === high) return
    const code = units[text.charCodeAt(begin + depth)] ?? -1
    if (texts[low]?.charCodeAt(depth) === code && texts[high - 1]?.charCodeAt(depth) === code) continue
    low = notBelow(texts, code, depth, low, high)
    high = notBelow(texts, code + 1, depth, low, high)
  }
}

/** The first of the texts from `low` to `high` that has no smaller character there. */
function notBelow(texts: readonly string[], code: number, depth: number, low: number, high: number): number {
  while (low < high) {
    const middle = (low + high) >> 1
    if ((texts[middle]?.charCodeAt(depth) ?? 0) < code) low = middle + 1
    else high = middle
  }
  return low
}
