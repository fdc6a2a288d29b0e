import { LIMITS } from './limits.ts'
import type { Literal } from './regex-literals.ts'

/**
 * Finds which of many literals occur in a text, in one pass whatever their number (Aho–Corasick, as a table of states ×
 * character classes). It answers "may occur": long literals are cut, so that a hit has to be looked at again, and a miss
 * is final.
 */
export interface LiteralIndex {
  /** Adds the literals that occur to `seen`. `folded` is the text in the form of `foldCase`, `base` its place in the event. */
  scan(text: string, folded: string, base: number, seen: Sightings): void
}

/** What was seen in one event. */
export interface Sightings {
  /** Whether a literal of the list was seen. */
  has(list: number): boolean
  /** The lists of which a literal was seen. */
  readonly lists: readonly number[]
  /** Where a tracked literal begins, counted over the leaves of the event as if they stood one behind the other. */
  readonly placesOf: (literal: number) => readonly number[]
  /** Notes that the literal begins at `at`. */
  add(literal: number, at: number): void
  /** Whether another sighting of the literal would tell something new. */
  wants(literal: number): boolean
  clear(): void
}

/** `listsOf` are the lists that a literal is in; the places of tracked literals are kept. */
export function sightings(
  listsOf: readonly (readonly number[])[],
  listCount: number,
  tracked: ReadonlySet<number>,
): Sightings {
  const seen = new Uint8Array(listsOf.length)
  const literals: number[] = []
  const listSeen = new Uint8Array(listCount)
  const lists: number[] = []
  const places = listsOf.map((_, literal): number[] | null => (tracked.has(literal) ? [] : null))
  return {
    lists,
    has: (list) => listSeen[list] === 1,
    placesOf: (literal) => places[literal] ?? NONE,
    wants: (literal) => seen[literal] === 0 || (places[literal]?.length ?? Infinity) < LIMITS.trackedPlaces,
    add(literal, at) {
      places[literal]?.push(at)
      if (seen[literal] === 1) return
      seen[literal] = 1
      literals.push(literal)
      for (const list of listsOf[literal] ?? NONE) {
        if (listSeen[list] === 1) continue
        listSeen[list] = 1
        lists.push(list)
      }
    },
    clear() {
      for (const literal of literals) {
        seen[literal] = 0
        const kept = places[literal]
        if (kept) kept.length = 0
      }
      for (const list of lists) listSeen[list] = 0
      literals.length = 0
      lists.length = 0
    },
  }
}

/** Where a literal is cut. Twelve characters tell texts apart; more only cost memory. */
const PREFIX_CHARS = 12

interface Node {
  readonly next: Map<number, Node>
  readonly outputs: number[]
  fail: Node | null
  state: number
}

export function buildLiteralIndex(literals: readonly Literal[]): LiteralIndex {
  const root = newNode()
  const lone = new Map<number, number[]>()
  const classes = new Uint8Array(65536)
  // ASCII first: past 255 classes characters share one, which gives more hits, never fewer.
  for (let code = 1; code < 128; code++) classes[code] = code
  let classCount = 128
  for (const [number, { text }] of literals.entries()) {
    const first = text.charCodeAt(0)
    if (text.length === 1 && first >= 128) {
      lone.set(first, [...(lone.get(first) ?? []), number])
      continue
    }
    let node = root
    for (let at = 0; at < Math.min(text.length, PREFIX_CHARS); at++) {
      const code = text.charCodeAt(at)
      if (classes[code] === 0) classes[code] = classCount < 255 ? classCount++ : 255
      const next = node.next.get(classes[code] ?? 0) ?? newNode()
      node.next.set(classes[code] ?? 0, next)
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
  const width = classCount + 1
  for (const [index, node] of ordered.entries()) node.state = index * width
  const firstOutput = ordered.find((node) => node.outputs.length > 0)?.state ?? Infinity
  const table = new Uint32Array(ordered.length * width)
  for (const node of nodes) {
    // Nodes come in order of depth, so the row of the failure state is complete.
    if (node.fail !== null) table.copyWithin(node.state, node.fail.state, node.fail.state + width)
    for (const [code, next] of node.next) table[node.state + code] = next.state
  }
  const outputs = ordered.map((node) => Int32Array.from(node.outputs))
  const start = root.state
  const lengths = Uint8Array.from(literals, ({ text }) => Math.min(text.length, PREFIX_CHARS))
  const wordStart = Uint8Array.from(literals, (literal) => (literal.wordStart ? 1 : 0))
  // The end of a literal that was cut is not where the index finds it.
  const wordEnd = Uint8Array.from(literals, ({ text, wordEnd }) => (wordEnd && text.length <= PREFIX_CHARS ? 1 : 0))

  return {
    scan(text, folded, base, seen) {
      const add = (number: number, end: number) => {
        if (!seen.wants(number)) return
        const begin = end - (lengths[number] ?? 0)
        if (wordStart[number] === 1 && isWord(text, begin - 1) === isWord(text, begin)) return
        if (wordEnd[number] === 1 && isWord(text, end - 1) === isWord(text, end)) return
        seen.add(number, base + begin)
      }
      let state = start
      for (let at = 0; at < folded.length; at++) {
        const code = folded.charCodeAt(at)
        state = table[state + (classes[code] ?? 0)] ?? 0
        if (state >= firstOutput) {
          const found = outputs[state / width]
          if (found !== undefined) for (let index = 0; index < found.length; index++) add(found[index] ?? 0, at + 1)
        }
        // Single characters beyond ASCII are many and rare: apart, they cost the table nothing and are exact.
        if (code >= 128) for (const number of lone.get(code) ?? NONE) add(number, at + 1)
      }
    },
  }
}

const NONE: readonly number[] = []

/** As `\b` of a regular expression sees it, in the text as it was sent: the Kelvin sign folds to a letter and is none. */
function isWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return (
    (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f
  )
}

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
