import { foldCase } from '@sentinelmesh/text/fold-case'
import { buildTrie, type Trie } from '../match/trie.ts'
import { atOnce } from '../turns.ts'
import { decodedTexts } from './decode-text.ts'
import type { SecretFormat } from './secret-format.ts'
import { SECRET_FORMATS } from './secret-formats.ts'
import { SECRET_LITERALS, type LiteralPlaces, type Suspected } from './secret-literals.ts'

/** One range of text to mask. */
export interface MaskedRun {
  readonly format: string
  readonly start: number
  readonly end: number
}

/**
 * Finds the ranges to mask in one text, in order and without overlap. Also searches every decoded form of the text and
 * maps the results back. `suspected` has the literals that an index already found in the text, if any.
 */
export function findSecrets(text: string, suspected: Suspected | null = null): readonly MaskedRun[] {
  const runs = readAll(text, suspected?.places ?? literalSearch()(text))
  if (suspected?.isEncoded === false) return merged(runs)
  for (const decoded of decodedTexts(text))
    for (const { format, start, end } of readAll(decoded.text, literalSearch()(decoded.text)))
      runs.push({ format, start: decoded.startOf(start), end: decoded.endOf(end) })
  return merged(runs)
}

/** Finds secrets in the value of a JSON member that only its name marks as such. */
export function findInMember(name: string, value: string): readonly MaskedRun[] {
  if (/\s/.test(value)) return []
  const text = `${name}=${value}`
  const from = name.length + 1
  const runs: MaskedRun[] = []
  for (const [number, places] of literalSearch()(text)) {
    const format = SECRET_FORMATS[number]
    if (format?.readsName !== true) continue
    readPlaces(text, format, places.filter((place) => place < from).sort(ascending), runs)
  }
  return merged(runs.map(({ format, start, end }) => ({ format, start: Math.max(0, start - from), end: end - from })))
}

function readAll(text: string, places: LiteralPlaces): MaskedRun[] {
  const runs: MaskedRun[] = []
  // Search in the order of the formats: if two find the same range, the first format names it.
  for (const number of [...places.keys()].sort(ascending)) {
    const format = SECRET_FORMATS[number]
    if (format !== undefined) readPlaces(text, format, (places.get(number) ?? []).sort(ascending), runs)
  }
  return runs
}

function readPlaces(text: string, format: SecretFormat, places: readonly number[], runs: MaskedRun[]): void {
  let from = 0
  for (const place of places) {
    if (place < from) continue
    const found = format.read(text, place)
    if (found === null) continue
    from = found.next
    if (found.secret !== null) runs.push({ format: format.name, ...found.secret })
  }
}

const ascending = (a: number, b: number) => a - b

type LiteralSearch = (text: string) => LiteralPlaces

let search: LiteralSearch | null = null

/** Built on first use, since a process that only matches never needs it. */
function literalSearch(): LiteralSearch {
  search ??= newLiteralSearch()
  return search
}

function newLiteralSearch(): LiteralSearch {
  const formats = new Map<string, number[]>()
  for (const { text, format } of SECRET_LITERALS) {
    if (format === null) continue
    const there = formats.get(text)
    if (there) there.push(format)
    else formats.set(text, [format])
  }
  const texts = [...formats.keys()]
  const { classes, table, outputs, cut }: Trie = atOnce(buildTrie(texts))
  return (text) => {
    const found: LiteralPlaces = new Map()
    const add = (literal: string, end: number) => {
      const place = end - Math.min(literal.length, cut)
      // The trie truncates long literals, so compare the rest here.
      if (literal.length > cut && foldCase(text.slice(place, place + literal.length)) !== literal) return
      for (const format of formats.get(literal) ?? []) {
        const places = found.get(format)
        if (places) places.push(place)
        else found.set(format, [place])
      }
    }
    let state = 0
    for (let at = 0; at < text.length; at++) {
      state = table[state + (classes[text.charCodeAt(at)] ?? 0)] ?? 0
      if (state >= 0) continue
      state = ~state
      for (const number of outputs.get(state) ?? []) add(texts[number] ?? '', at + 1)
    }
    return found
  }
}

/** Merges overlapping ranges under the name of the first, so that no part of either stays readable. */
function merged(runs: MaskedRun[]): readonly MaskedRun[] {
  if (runs.length < 2) return runs
  runs.sort((a, b) => a.start - b.start || b.end - a.end)
  const kept: MaskedRun[] = []
  for (const run of runs) {
    const last = kept.at(-1)
    if (last === undefined || run.start >= last.end) kept.push(run)
    else if (run.end > last.end) kept[kept.length - 1] = { ...last, end: run.end }
  }
  return kept
}
