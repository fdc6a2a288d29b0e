/** Words that stand before and after a change. */
const CONTEXT = 5
/** Of each change and of what stays between two, where all together is too long. */
const LEAST_CHARS = 40
/** Past so many differences the rest counts as one: to find the fewest takes their square. */
const MOST_EDITS = 400

const MARKS = { removed: ['[-', '-]'], added: ['{+', '+}'] } as const
const MARK_CHARS = 2

interface Run {
  readonly type: 'kept' | 'removed' | 'added'
  readonly words: readonly string[]
}

/**
 * What became of a text, word by word: removed words in `[-…-]`, added ones in `{+…+}`, what stays the same cut to its edges.
 * Such marks in the texts themselves are broken by a backslash, or a text could close the mark around its own words.
 */
export function wordDiff(before: string, after: string, mostChars: number): string {
  const runs = diff(words(before), words(after))
  const whole = print(runs, Number.POSITIVE_INFINITY)
  if (whole.length <= mostChars) return whole
  // Each is cut before the whole is: what was removed must not push out what was added.
  const text = print(runs, Math.max(LEAST_CHARS, Math.floor(mostChars / runs.length) - 2 * MARK_CHARS))
  return text.length <= mostChars ? text : cutInMark(text, mostChars)
}

function print(runs: readonly Run[], mostChars: number): string {
  return runs.map((run, n) => printed(run, { isFirst: n === 0, isLast: n === runs.length - 1, mostChars })).join('')
}

/** Blanks are words too, so that nothing is lost; what is neither letters nor blanks is one by itself. */
function words(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|\s+|./gsu) ?? []
}

function printed(
  { type, words: some }: Run,
  { isFirst, isLast, mostChars }: { readonly isFirst: boolean; readonly isLast: boolean; readonly mostChars: number },
): string {
  if (type !== 'kept') return MARKS[type].join(cutText(withoutMarks(some), mostChars))
  const edge = 2 * CONTEXT
  const head = isFirst ? [] : some.slice(0, edge)
  const tail = isLast ? [] : some.slice(-edge)
  const text =
    some.length <= head.length + tail.length ? withoutMarks(some) : `${withoutMarks(head)} … ${withoutMarks(tail)}`
  return cutText(text, mostChars)
}

const cutText = (text: string, mostChars: number) =>
  text.length <= mostChars ? text : `${text.slice(0, mostChars - 1)}…`

/** Closes the mark that it cuts through. */
function cutInMark(text: string, mostChars: number): string {
  const cut = text.slice(0, mostChars - 1 - MARK_CHARS)
  const open = Object.values(MARKS).find(([start, end]) => cut.lastIndexOf(start) > cut.lastIndexOf(end))
  return `${cut}…${open?.[1] ?? ''}`
}

function withoutMarks(some: readonly string[]): string {
  return some.join('').replaceAll(/[[{](?=[-+])|[-+](?=[\]}])/g, '$&\\')
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
