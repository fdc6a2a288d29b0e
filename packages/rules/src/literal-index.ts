/**
 * Finds which of many literals occur in a text, in one pass whatever their number (Aho–Corasick, as a table of states ×
 * character classes). It answers "may occur": long literals are cut, so that a hit has to be looked at again, and a miss
 * is final.
 */
export interface LiteralIndex {
  /** Adds the numbers of the literals that occur in the folded text to `seen`, each once. */
  scan(text: string, seen: SeenLiterals): void
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

export function buildLiteralIndex(literals: readonly string[]): LiteralIndex {
  const root = newNode()
  const classes = new Uint8Array(65536)
  let classCount = 1
  for (const [number, literal] of literals.entries()) {
    let node = root
    for (let at = 0; at < Math.min(literal.length, PREFIX_CHARS); at++) {
      const code = literal.charCodeAt(at)
      // Past 255 classes characters share one: more hits, never fewer.
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
  const width = classCount + (classCount >= 255 ? 1 : 0)
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
    scan(text, seen) {
      let state = start
      for (let at = 0; at < text.length; at++) {
        state = table[state + (classes[text.charCodeAt(at)] ?? 0)] ?? 0
        if (state >= firstOutput) for (const literal of outputs[state / width] ?? []) seen.add(literal)
      }
    },
  }
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
