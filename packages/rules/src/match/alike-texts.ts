import { foldedUnits } from './trie.ts'

/**
 * Texts that the automaton does not tell apart: it has seen only so many characters of them, or cannot tell some. Sorted,
 * so that one look at each character of what stands there finds all that are there, however many they are: one after the
 * other, thousands of them over a text that repeats their beginning would take minutes.
 */
export interface AlikeTexts {
  /** In the form of `comparable`. */
  readonly texts: readonly string[]
  /** For each text what is wanted of it: its atoms. */
  readonly atoms: readonly (readonly number[])[]
  /** How many characters the automaton has seen of each when it tells of them. */
  readonly seen: number
  /** How many of those it is sure of. */
  readonly sure: number
  /** The atom, where there is one alone; else -1. */
  readonly only: number
}

export function alikeTexts(texts: readonly string[], atoms: readonly (readonly number[])[], seen: number): AlikeTexts {
  const rows = texts.map((text, index) => ({ text: comparable(text), atoms: atoms[index] ?? [] }))
  rows.sort((a, b) => (a.text < b.text ? -1 : a.text === b.text ? 0 : 1))
  const isSure = rows.every(({ text }) => /^[\0-\u007f]*$/.test(text.slice(0, seen)))
  const [only = -1, ...more] = atoms.flat()
  return {
    texts: rows.map(({ text }) => text),
    atoms: rows.map((row) => row.atoms),
    seen,
    sure: isSure ? seen : 0,
    only: more.length === 0 ? only : -1,
  }
}

/** Letters beyond the basic plane have cases too, which differ in their second halves: those are all alike. */
const comparable = (text: string) => text.replaceAll(/[\udc00-\udfff]/g, '\udc00')
let units: Uint16Array | null = null

/** Calls `found` with the atoms of each text that stands in `text` at `begin`, and where it ends. */
export function eachAlike(
  { texts, atoms, sure }: AlikeTexts,
  text: string,
  begin: number,
  found: (atoms: readonly number[], begin: number, end: number) => void,
): void {
  units ??= foldedUnits().slice().fill(0xdc00, 0xdc00, 0xe000)
  let low = 0
  let high = texts.length
  for (let depth = sure; ; depth++) {
    // What ends here sorts before what goes on.
    for (; low < high && texts[low]?.length === depth; low++) found(atoms[low] ?? [], begin, begin + depth)
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
