import type { Literal } from './regex-literals.ts'

/**
 * Finds which of many literals occur in a text, in one pass whatever their number (Aho–Corasick, as a table of states ×
 * character classes). It answers "may occur": long literals are cut, so that a hit has to be looked at again, and a miss
 * is final.
 */
export interface LiteralIndex {
  /** Adds the numbers of the literals that occur to `seen`, each once. `folded` is the text in the form of `foldCase`. */
  scan(text: string, folded: string, seen: SeenLiterals): void
}

export interface SeenLiterals {
  has(literal: number): boolean
  add(literal: number): void
  readonly list: readonly number[]
  clear(): void
}

export function seenLiterals(count: number): SeenLiterals {
  const flags = new Uint8Array(count)
  const list: number[] = []
  return {
    list,
    has: (literal) => flags[literal] === 1,
    add(literal) {
      if (flags[literal] === 1) return
      flags[literal] = 1
      list.push(literal)
    },
    clear() {
      for (const literal of list) flags[literal] = 0
      list.length = 0
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
  const outputs = ordered.map((node) => node.outputs)
  const start = root.state

  return {
    scan(text, folded, seen) {
      const add = (number: number, end: number) => {
        const literal = literals[number]
        if (literal !== undefined && !seen.has(number) && standsAt(literal, text, end)) seen.add(number)
      }
      let state = start
      for (let at = 0; at < folded.length; at++) {
        const code = folded.charCodeAt(at)
        state = table[state + (classes[code] ?? 0)] ?? 0
        if (state >= firstOutput) for (const number of outputs[state / width] ?? []) add(number, at + 1)
        // Single characters beyond ASCII are many and rare: apart, they cost the table nothing and are exact.
        if (code >= 128) for (const number of lone.get(code) ?? NONE) add(number, at + 1)
      }
    },
  }
}

const NONE: readonly number[] = []

/** Whether the edges of a literal, of which the indexed part ends at `end`, are edges of words where it wants that. */
function standsAt({ text, wordStart, wordEnd }: Literal, original: string, end: number): boolean {
  const length = Math.min(text.length, PREFIX_CHARS)
  if (wordStart && isWord(original, end - length - 1) === isWord(original, end - length)) return false
  return !wordEnd || text.length > PREFIX_CHARS || isWord(original, end - 1) !== isWord(original, end)
}

/** As `\b` of a regular expression sees it, in the text as it was sent: the Kelvin sign folds to a letter and is none. */
function isWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f
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
