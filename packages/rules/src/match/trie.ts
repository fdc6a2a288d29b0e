import { LIMITS } from '../limits.ts'
import type { Steps } from '../turns.ts'
import { foldCase } from '@sentinelmesh/text/fold-case'

/**
 * An Aho–Corasick automaton as a table of states × character classes: each character of the input costs one lookup,
 * regardless of the number of texts. Classes fold case, so the input needs no folded copy.
 */
export interface Trie {
  /** The class of each unfolded UTF-16 unit; 0 for units that occur in no text. */
  readonly classes: Uint8Array
  /** At `state + class`, the next state. A state is the offset of its row; one with outputs is stored as `~state`. */
  readonly table: Int32Array
  /** By state, the numbers of the texts that end there. */
  readonly outputs: ReadonlyMap<number, readonly number[]>
  /** Cells per row: one for each class, and a last one that is unused. */
  readonly width: number
  /** The length at which texts are truncated. A hit on a longer text must be compared with its remainder. */
  readonly cut: number
}

/** The initial `cut`. Twelve characters distinguish most texts; more would only cost memory. */
const CUT = 12
/** The minimum `cut`, which overrides `LIMITS.indexCells`. */
const SHORTEST = 2
const COMMON = ' etaoinsrhldcumfpgwybvkxjqz.,-/\\0123456789'
/** Classes shared by all non-ASCII characters. Sharing keeps rows short; it adds false hits but never misses one. */
const FOREIGN_CLASSES = 12

/** `texts` must be case-folded and not empty. They are truncated until the table fits in `LIMITS.indexCells`. */
export function* buildTrie(texts: readonly string[]): Steps<Trie> {
  const { classes, width } = classesOf(texts)
  for (let cut = CUT; ; cut--) {
    const nodes = yield* buildNodes(texts, classes, width, cut)
    if (nodes !== null) return yield* link(nodes, { classes, width, cut })
  }
}

interface Nodes {
  readonly table: Int32Array
  readonly count: number
  /** By node, the numbers of the texts that end there. */
  readonly ends: ReadonlyMap<number, readonly number[]>
}

/**
 * Builds the trie without failure links; null if it is too large. Nodes are numbered breadth-first, so that those near
 * the root, which the scan visits most, are adjacent in the cache.
 */
function* buildNodes(texts: readonly string[], classes: Uint8Array, width: number, cut: number): Steps<Nodes | null> {
  let table = new Int32Array(width * 256)
  let count = 1
  const ends = new Map<number, number[]>()
  const rows = new Int32Array(texts.length)
  /** Adds the character at `at` of each text; false if the table exceeds its limit. */
  const deepen = (at: number): boolean => {
    for (let number = 0; number < texts.length; number++) {
      const text = texts[number] ?? ''
      if (at >= text.length) continue
      const cell = (rows[number] ?? 0) + (classes[text.charCodeAt(at)] ?? 0)
      let next = table[cell] ?? 0
      if (next === 0) {
        next = count++ * width
        if (cut > SHORTEST && count * width > LIMITS.indexCells) return false
        if (next + width > table.length) {
          const larger = new Int32Array(table.length * 2)
          larger.set(table)
          table = larger
        }
        table[cell] = next
      }
      rows[number] = next
      if (at + 1 === Math.min(text.length, cut)) {
        const there = ends.get(next)
        if (there) there.push(number)
        else ends.set(next, [number])
      }
    }
    return true
  }
  for (let at = 0; at < cut; at++) {
    if (!deepen(at)) return null
    yield
  }
  return { table: table.slice(0, count * width), count, ends }
}

/** Nodes linked per step. */
const LINKED = 4_096

/** Resolves failure links: fills empty cells with the transitions of the longest suffix that is also a prefix. */
function* link({ table, count, ends }: Nodes, shape: Pick<Trie, 'classes' | 'width' | 'cut'>): Steps<Trie> {
  const { width } = shape
  const fails = new Int32Array(count)
  const found: (readonly number[])[] = Array.from({ length: count }, () => NONE)
  const linkNode = (node: number) => {
    const row = node * width
    const fail = fails[node] ?? 0
    const own = ends.get(row)
    const inherited = found[fail / width] ?? NONE
    found[node] = own === undefined ? inherited : [...own, ...inherited]
    for (let cls = 0; cls < width; cls++) {
      const next = table[row + cls] ?? 0
      // The row of the failure state is complete already, because it is nearer to the root.
      const beyond = row === 0 ? 0 : (table[fail + cls] ?? 0)
      if (next === 0) table[row + cls] = beyond
      else fails[next / width] = beyond
    }
  }
  for (let node = 0; node < count; node++) {
    linkNode(node)
    if (node % LINKED === 0) yield
  }
  const outputs = new Map<number, readonly number[]>()
  for (const [node, numbers] of found.entries()) if (numbers.length > 0) outputs.set(node * width, numbers)
  const ended = Uint8Array.from(found, ({ length }) => (length > 0 ? 1 : 0))
  yield
  const markEnding = (from: number, to: number) => {
    for (let cell = from; cell < to; cell++) {
      const next = table[cell] ?? 0
      if (next !== 0 && ended[next / width] === 1) table[cell] = ~next
    }
  }
  for (let cell = 0; cell < table.length; cell += LINKED * width) {
    markEnding(cell, Math.min(table.length, cell + LINKED * width))
    yield
  }
  return { ...shape, table, outputs }
}

const NONE: readonly number[] = []

function classesOf(texts: readonly string[]): Pick<Trie, 'classes' | 'width'> {
  const ofFolded = new Uint8Array(65536)
  let count = 1
  // The most frequent characters are adjacent in a row.
  for (const char of COMMON) ofFolded[char.charCodeAt(0)] = count++
  const foreign = new Set<number>()
  for (const text of texts)
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code >= 128) foreign.add(code)
      else if (ofFolded[code] === 0) ofFolded[code] = count++
    }
  const firstForeign = count
  for (const [index, code] of [...foreign].entries()) ofFolded[code] = firstForeign + (index % FOREIGN_CLASSES)
  count += Math.min(foreign.size, FOREIGN_CLASSES)
  // Letters beyond the basic plane differ in case only in their low surrogates, so all of those share one class.
  ofFolded.fill(count++, 0xdc00, 0xe000)
  const fold = foldedUnits()
  const classes = new Uint8Array(65536)
  for (let code = 0; code < classes.length; code++) classes[code] = ofFolded[fold[code] ?? 0] ?? 0
  return { classes, width: count + 1 }
}

let folded: Uint16Array | null = null

/** The result of `foldCase` for each UTF-16 unit. */
export function foldedUnits(): Uint16Array {
  if (folded !== null) return folded
  const parts: string[] = []
  for (let from = 0; from < 65536; from += 4_096)
    parts.push(String.fromCharCode(...Array.from({ length: 4_096 }, (_, index) => from + index)))
  const text = foldCase(parts.join(''))
  folded = Uint16Array.from({ length: 65536 }, (_, code) => text.charCodeAt(code))
  return folded
}
