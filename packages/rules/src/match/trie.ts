import { LIMITS } from '../limits.ts'
import { foldCase } from '../fold.ts'

/**
 * Many texts as one automaton (Aho and Corasick): a table of states × character classes, in which each character of a
 * text costs one look-up however many texts are looked for. A class is a folded character, so that no folded copy of a
 * text is made.
 */
export interface Trie {
  /** The class of each UTF-16 unit as it is before folding; 0 is what no text holds. */
  readonly classes: Uint8Array
  /** By state + class the next state. A state is the offset of its row; one with outputs is stored as its complement. */
  readonly table: Int32Array
  /** By state / width the outputs of it: `outputs[first[i]]` to `outputs[first[i + 1]]`. */
  readonly first: Int32Array
  /** Numbers of texts. */
  readonly outputs: Int32Array
  /** Cells of a row. */
  readonly width: number
  /** Characters after which texts are cut: what is found has to be compared with the rest. */
  readonly cut: number
}

/** Where texts are cut at first. Twelve characters tell texts apart; more only cost memory. */
const CUT = 12
/** Classes that characters beyond ASCII share: sharing finds more, never less, and keeps rows short. */
const FOREIGN_CLASSES = 24

/** `texts` are folded, none is empty. Where they need more than `LIMITS.indexCells` they are cut shorter. */
export function buildTrie(texts: readonly string[]): Trie {
  const { classes, width } = classesOf(texts)
  for (let cut = CUT; ; cut--) {
    const nodes = plant(texts, classes, width, cut)
    if (nodes !== null) return link(nodes, { classes, width, cut })
  }
}

interface Nodes {
  readonly table: Int32Array
  readonly count: number
  /** By node the texts that end there. */
  readonly ends: ReadonlyMap<number, readonly number[]>
}

/** The texts as a tree; null where it is too large. */
function plant(texts: readonly string[], classes: Uint8Array, width: number, cut: number): Nodes | null {
  let table = new Int32Array(width * 256)
  let count = 1
  const ends = new Map<number, number[]>()
  for (const [number, text] of texts.entries()) {
    let row = 0
    for (let at = 0; at < Math.min(text.length, cut); at++) {
      const cell = row + (classes[text.charCodeAt(at)] ?? 0)
      let next = table[cell] ?? 0
      if (next === 0) {
        next = count++ * width
        if (cut > 2 && count * width > LIMITS.indexCells) return null
        if (next + width > table.length) {
          const larger = new Int32Array(table.length * 2)
          larger.set(table)
          table = larger
        }
        table[cell] = next
      }
      row = next
    }
    const there = ends.get(row)
    if (there) there.push(number)
    else ends.set(row, [number])
  }
  return { table: table.slice(0, count * width), count, ends }
}

/** Adds to each state what the longest of its ends that is a beginning leads to. */
function link({ table, count, ends }: Nodes, shape: Pick<Trie, 'classes' | 'width' | 'cut'>): Trie {
  const { width } = shape
  const fails = new Int32Array(count)
  const found: (readonly number[])[] = Array.from({ length: count }, () => [])
  const queue = new Int32Array(count)
  let queued = 1
  for (let taken = 0; taken < queued; taken++) {
    const row = queue[taken] ?? 0
    const node = row / width
    const fail = fails[node] ?? 0
    const own = ends.get(row)
    const inherited = found[fail / width] ?? []
    found[node] = own === undefined || row === 0 ? inherited : [...own, ...inherited]
    for (let cls = 0; cls < width; cls++) {
      const next = table[row + cls] ?? 0
      // The rows of what a state falls back to are complete: they are nearer to the root.
      const beyond = row === 0 ? 0 : (table[fail + cls] ?? 0)
      if (next === 0) table[row + cls] = beyond
      else {
        fails[next / width] = beyond
        queue[queued++] = next
      }
    }
  }
  const first = new Int32Array(count + 1)
  for (const [node, numbers] of found.entries()) first[node + 1] = (first[node] ?? 0) + numbers.length
  const outputs = new Int32Array(first[count] ?? 0)
  for (const [node, numbers] of found.entries()) outputs.set(numbers, first[node] ?? 0)
  for (let cell = 0; cell < table.length; cell++) {
    const next = table[cell] ?? 0
    const node = next / width
    if ((first[node + 1] ?? 0) > (first[node] ?? 0)) table[cell] = ~next
  }
  return { ...shape, table, first, outputs }
}

function classesOf(texts: readonly string[]): Pick<Trie, 'classes' | 'width'> {
  const ofFolded = new Uint8Array(65536)
  let count = 1
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
  // The two cases of a letter beyond the basic plane differ in their second half: those share one class.
  ofFolded.fill(count++, 0xdc00, 0xe000)
  const fold = foldedUnits()
  const classes = new Uint8Array(65536)
  for (let code = 0; code < classes.length; code++) classes[code] = ofFolded[fold[code] ?? 0] ?? 0
  return { classes, width: count }
}

let folded: Uint16Array | null = null

/** What `foldCase` makes of each UTF-16 unit. */
export function foldedUnits(): Uint16Array {
  if (folded !== null) return folded
  const parts: string[] = []
  for (let from = 0; from < 65536; from += 4_096)
    parts.push(String.fromCharCode(...Array.from({ length: 4_096 }, (_, index) => from + index)))
  const text = foldCase(parts.join(''))
  folded = Uint16Array.from({ length: 65536 }, (_, code) => text.charCodeAt(code))
  return folded
}
