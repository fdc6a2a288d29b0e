import { foldCase } from '../fold.ts'
import type { Literal } from '../regex/regex-literals.ts'

/** What was seen in one event. */
export interface Sightings {
  /** Whether a literal of the list was seen. */
  has(list: number): boolean
  /** For each watched list 1 where a literal of it was seen. */
  readonly watched: Uint8Array
  /** The watched lists of which a literal was seen. */
  readonly lists: readonly number[]
  /** Adds where a tracked literal begins, as places of the event, latest first. */
  placesOf(literal: number, into: number[]): void
}

/**
 * Finds which of many literals occur in a text, in one pass whatever their number (Aho–Corasick, as a table of states ×
 * character classes; a class is a folded character, so that no folded copy of the text is made). It answers "may occur":
 * long literals are cut, so that a hit has to be looked at again, and a miss is final.
 */
export interface LiteralIndex extends Sightings {
  /** Forgets what was seen. */
  clear(): void
  /** Notes the literals that occur. `base` is the place of the text in the event: texts do not overlap. */
  scan(text: string, base: number): void
}

export interface LiteralTables {
  readonly literals: readonly Literal[]
  /** Each a list of literals, by their numbers. */
  readonly lists: readonly (readonly number[])[]
  /** The lists that are noted when one of their literals is seen. The others are looked up when they are asked for. */
  readonly watched: ReadonlySet<number>
  /** The literals of which every place is kept. */
  readonly tracked: ReadonlySet<number>
}

/** Where a literal is cut. Twelve characters tell texts apart; more only cost memory. */
const PREFIX_CHARS = 12
/** Classes that characters beyond ASCII share: sharing gives more hits, never fewer, and keeps the rows of the table short. */
const FOREIGN_CLASSES = 24
/** Places for which room is kept from event to event. */
const KEPT_PLACES = 4_096

interface Node {
  readonly next: Map<number, Node>
  readonly outputs: number[]
  fail: Node | null
  state: number
}

export function buildLiteralIndex({ literals, lists, watched, tracked }: LiteralTables): LiteralIndex {
  const { classes, classCount } = classesOf(literals)
  const root = newNode()
  const lone = new Map<number, number[]>()
  for (const [number, { text }] of literals.entries()) {
    const first = text.charCodeAt(0)
    if (text.length === 1 && first >= 128) {
      lone.set(first, [...(lone.get(first) ?? []), number])
      continue
    }
    let node = root
    for (let at = 0; at < Math.min(text.length, PREFIX_CHARS); at++) {
      const cls = classes[text.charCodeAt(at)] ?? 0
      const next = node.next.get(cls) ?? newNode()
      node.next.set(cls, next)
      node = next
    }
    node.outputs.push(number)
  }
  const nodes = linkFailures(root)
  // States with outputs come last: one comparison tells whether anything was found.
  const ordered = [
    ...nodes.filter((node) => node.outputs.length === 0),
    ...nodes.filter((node) => node.outputs.length > 0),
  ]
  for (const [index, node] of ordered.entries()) node.state = index
  const found = ordered.findIndex((node) => node.outputs.length > 0)
  const firstOutput = found < 0 ? ordered.length : found
  const shift = Math.ceil(Math.log2(classCount))
  const table =
    ordered.length < 65536 ? new Uint16Array(ordered.length << shift) : new Uint32Array(ordered.length << shift)
  for (const node of nodes) {
    const row = node.state << shift
    // Nodes come in order of depth, so the row of the failure state is complete.
    if (node.fail !== null) table.copyWithin(row, node.fail.state << shift, (node.fail.state + 1) << shift)
    for (const [cls, next] of node.next) table[row + cls] = next.state
  }
  const outputs = ordered.slice(firstOutput).map((node) => node.outputs)
  const outputList = Int32Array.from(outputs.flat())
  const outputStart = new Int32Array(outputs.length + 1)
  for (const [index, list] of outputs.entries()) outputStart[index + 1] = (outputStart[index] ?? 0) + list.length
  const start = root.state
  const lengths = Uint8Array.from(literals, ({ text }) => Math.min(text.length, PREFIX_CHARS))
  const wordStart = Uint8Array.from(literals, (literal) => (literal.wordStart ? 1 : 0))
  // The end of a literal that was cut is not where the index finds it.
  const wordEnd = Uint8Array.from(literals, ({ text, wordEnd }) => (wordEnd && text.length <= PREFIX_CHARS ? 1 : 0))
  const fold = foldedUnits()
  const isLone = Uint8Array.from(fold, (code) => (lone.has(code) ? 1 : 0))

  const seen = new Uint8Array(literals.length)
  const seenLiterals: number[] = []
  const watchedLists: number[][] = literals.map(() => [])
  for (const list of watched) for (const literal of lists[list] ?? NONE) watchedLists[literal]?.push(list)
  const listState = new Uint8Array(lists.length)
  const asked: number[] = []
  const seenLists: number[] = []
  const isTracked = Uint8Array.from(literals, (_, literal) => (tracked.has(literal) ? 1 : 0))
  // The places of a literal are a chain: `latest` of the literal, then `before` of each place.
  const latest = new Int32Array(literals.length).fill(-1)
  let places = new Int32Array(KEPT_PLACES)
  let before = new Int32Array(KEPT_PLACES)
  let placeCount = 0

  const keepPlace = (literal: number, place: number) => {
    if (placeCount === places.length) {
      const [morePlaces, moreBefore] = [new Int32Array(placeCount * 2), new Int32Array(placeCount * 2)]
      morePlaces.set(places)
      moreBefore.set(before)
      ;[places, before] = [morePlaces, moreBefore]
    }
    places[placeCount] = place
    before[placeCount] = latest[literal] ?? -1
    latest[literal] = placeCount++
  }
  const add = (literal: number, place: number) => {
    if (isTracked[literal] === 1) keepPlace(literal, place)
    if (seen[literal] === 1) return
    seen[literal] = 1
    seenLiterals.push(literal)
    const more = watchedLists[literal] ?? NONE
    for (let index = 0; index < more.length; index++) {
      const list = more[index] ?? 0
      if (listState[list] === SEEN) continue
      listState[list] = SEEN
      seenLists.push(list)
    }
  }
  const lookUp = (list: number): boolean => {
    const found = watched.has(list) ? false : (lists[list] ?? NONE).some((literal) => seen[literal] === 1)
    listState[list] = found ? SEEN : NOT_SEEN
    asked.push(list)
    return found
  }

  return {
    watched: listState,
    lists: seenLists,
    has(list) {
      const state = listState[list]
      return state === UNASKED ? lookUp(list) : state === SEEN
    },
    placesOf(literal, into) {
      for (let at = latest[literal] ?? -1; at >= 0; at = before[at] ?? -1) into.push(places[at] ?? 0)
    },
    clear() {
      for (const literal of seenLiterals) {
        seen[literal] = 0
        latest[literal] = -1
      }
      for (const list of seenLists) listState[list] = UNASKED
      for (const list of asked) listState[list] = UNASKED
      seenLiterals.length = 0
      seenLists.length = 0
      asked.length = 0
      placeCount = 0
      if (places.length > KEPT_PLACES) {
        places = new Int32Array(KEPT_PLACES)
        before = new Int32Array(KEPT_PLACES)
      }
    },
    scan(text, base) {
      let state = start
      for (let at = 0; at < text.length; at++) {
        const code = text.charCodeAt(at)
        state = table[(state << shift) | (classes[code] ?? 0)] ?? 0
        if (state >= firstOutput) {
          const output = state - firstOutput
          const last = outputStart[output + 1] ?? 0
          for (let index = outputStart[output] ?? 0; index < last; index++) {
            const literal = outputList[index] ?? 0
            if (seen[literal] === 1 && isTracked[literal] === 0) continue
            const begin = at + 1 - (lengths[literal] ?? 0)
            // The commonest literals are short words; most of what looks like them is a part of longer ones.
            if (
              wordStart[literal] === 1 &&
              begin > 0 &&
              WORD[text.charCodeAt(begin - 1)] === WORD[text.charCodeAt(begin)]
            )
              continue
            if (wordEnd[literal] === 1 && WORD[code] === (at + 1 < text.length ? WORD[text.charCodeAt(at + 1)] : 0))
              continue
            add(literal, base + begin)
          }
        }
        // Single characters beyond ASCII are many and rare: apart, they cost the table nothing and are exact.
        if (code >= 128 && isLone[code] === 1)
          for (const literal of lone.get(fold[code] ?? 0) ?? NONE) add(literal, base + at)
      }
    },
  }
}

const NONE: readonly number[] = []

// What is known about a list.
const UNASKED = 0
const SEEN = 1
const NOT_SEEN = 2

/** The class of each UTF-16 unit, as it is before folding. Class 0 is what no literal holds. */
function classesOf(literals: readonly Literal[]): { classes: Uint8Array; classCount: number } {
  const ofFolded = new Uint8Array(65536)
  let classCount = 1
  const foreign = new Set<number>()
  for (const { text } of literals) {
    if (text.length === 1 && text > '\u007f') continue
    for (let at = 0; at < Math.min(text.length, PREFIX_CHARS); at++) {
      const code = text.charCodeAt(at)
      if (code >= 128) foreign.add(code)
      else if (ofFolded[code] === 0) ofFolded[code] = classCount++
    }
  }
  const firstForeign = classCount
  for (const code of foreign) {
    ofFolded[code] = firstForeign + ((classCount - firstForeign) % FOREIGN_CLASSES)
    classCount++
  }
  classCount = Math.min(classCount, firstForeign + FOREIGN_CLASSES)
  // The two cases of a letter beyond the basic plane differ in their second half: those share one class.
  ofFolded.fill(classCount++, 0xdc00, 0xe000)
  const classes = Uint8Array.from(foldedUnits(), (code) => ofFolded[code] ?? 0)
  return { classes, classCount }
}

let folded: Uint16Array | null = null

/** What `foldCase` makes of each UTF-16 unit. */
function foldedUnits(): Uint16Array {
  if (folded !== null) return folded
  const parts: string[] = []
  for (let from = 0; from < 65536; from += 4_096)
    parts.push(String.fromCharCode(...Array.from({ length: 4_096 }, (_, index) => from + index)))
  const text = foldCase(parts.join(''))
  folded = Uint16Array.from({ length: 65536 }, (_, code) => text.charCodeAt(code))
  return folded
}

/** 1 where `\b` of a regular expression sees a word, in the text as it was sent: the Kelvin sign folds to a letter and is none. */
const WORD = new Uint8Array(65536)
for (let code = 0; code < 128; code++) WORD[code] = /\w/.test(String.fromCharCode(code)) ? 1 : 0

const newNode = (): Node => ({ next: new Map(), outputs: [], fail: null, state: 0 })

/** All nodes in order of depth, each with its failure link, and the outputs of that added to its own. */
function linkFailures(root: Node): Node[] {
  const nodes = [root]
  for (const node of nodes) {
    for (const [code, next] of node.next) {
      let fail = node.fail
      while (fail !== null && !fail.next.has(code)) fail = fail.fail
      next.fail = fail?.next.get(code) ?? root
      next.outputs.push(...next.fail.outputs)
      nodes.push(next)
    }
  }
  return nodes
}
