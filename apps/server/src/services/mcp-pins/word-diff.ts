/** Words that stand before and after a change. */
const CONTEXT = 5
/** Past so many differences the rest counts as one: to find the fewest takes their square. */
const MOST_EDITS = 400

interface Run {
  readonly type: 'kept' | 'removed' | 'added'
  readonly words: readonly string[]
}

/** What became of a text, word by word: removed words in `[-…-]`, added ones in `{+…+}`, what stays the same cut to its edges. */
export function wordDiff(before: string, after: string, mostChars: number): string {
  const runs = diff(words(before), words(after))
  const text = runs.map((run, n) => printed(run, n === 0, n === runs.length - 1)).join('')
  return text.length <= mostChars ? text : `${text.slice(0, mostChars - 1)}…`
}

/** Blanks are words too, so that nothing is lost; what is neither letters nor blanks is one by itself. */
function words(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|\s+|./gsu) ?? []
}

function printed({ type, words: some }: Run, isFirst: boolean, isLast: boolean): string {
  if (type === 'removed') return `[-${some.join('')}-]`
  if (type === 'added') return `{+${some.join('')}+}`
  const edge = 2 * CONTEXT
  const head = isFirst ? [] : some.slice(0, edge)
  const tail = isLast ? [] : some.slice(-edge)
  return some.length <= head.length + tail.length ? some.join('') : `${head.join('')} … ${tail.join('')}`
}

/** Myers' greedy algorithm between the words that both have at their ends. */
function diff(before: readonly string[], after: readonly string[]): Run[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1
  let end = 0
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end += 1
  const middle = edits(before.slice(start, before.length - end), after.slice(start, after.length - end))
  return merged([
    { type: 'kept', words: before.slice(0, start) },
    ...middle,
    { type: 'kept', words: before.slice(before.length - end) },
  ])
}

function edits(a: readonly string[], b: readonly string[]): Run[] {
  const whole: Run[] = [
    { type: 'removed', words: a },
    { type: 'added', words: b },
  ]
  if (a.length === 0 || b.length === 0) return whole
  const furthest = new Map<number, number>([[1, 0]])
  const trace: Map<number, number>[] = []
  for (let d = 0; d <= Math.min(a.length + b.length, MOST_EDITS); d += 1) {
    trace.push(new Map(furthest))
    for (let k = -d; k <= d; k += 2) {
      let x = isDown(furthest, k, d) ? (furthest.get(k + 1) ?? 0) : (furthest.get(k - 1) ?? 0) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1
      furthest.set(k, x)
      if (x >= a.length && x - k >= b.length) return traced(a, b, trace)
    }
  }
  return whole
}

function isDown(furthest: ReadonlyMap<number, number>, k: number, d: number): boolean {
  return k === -d || (k !== d && (furthest.get(k - 1) ?? -1) < (furthest.get(k + 1) ?? -1))
}

function traced(a: readonly string[], b: readonly string[], trace: readonly ReadonlyMap<number, number>[]): Run[] {
  const runs: Run[] = []
  let x = a.length
  let y = b.length
  for (let d = trace.length - 1; d >= 0; d -= 1) {
    const furthest = trace[d] ?? new Map<number, number>()
    const k = x - y
    const previous = isDown(furthest, k, d) ? k + 1 : k - 1
    const fromX = furthest.get(previous) ?? 0
    const fromY = fromX - previous
    while (x > fromX && y > Math.max(fromY, 0) && a[x - 1] === b[y - 1]) {
      runs.push({ type: 'kept', words: [a[x - 1] ?? ''] })
      x -= 1
      y -= 1
    }
    if (d === 0) break
    if (x === fromX) runs.push({ type: 'added', words: [b[y - 1] ?? ''] })
    else runs.push({ type: 'removed', words: [a[x - 1] ?? ''] })
    x = fromX
    y = fromY
  }
  return runs.toReversed()
}

/** Neighbours of one type together, blanks between two changes with them: a sentence that was exchanged reads as one. */
function merged(runs: readonly Run[]): Run[] {
  const all: { type: Run['type']; words: string[] }[] = []
  for (const { type, words: some } of runs) {
    const last = all.at(-1)
    if (some.length === 0) continue
    if (last?.type === type) last.words.push(...some)
    else all.push({ type, words: [...some] })
  }
  return all
}
