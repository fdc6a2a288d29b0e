/** Unchanged words to show before and after a change. */
const CONTEXT = 5
/** Minimum length of each run in a diff that is too long. */
const LEAST_CHARS = 40
/** After this many edits, the rest counts as one, because finding the fewest edits takes quadratic time. */
const MOST_EDITS = 400

const MARKS = { removed: ['[-', '-]'], added: ['{+', '+}'] } as const
const MARK_CHARS = 2

interface Run {
  readonly type: 'kept' | 'removed' | 'added'
  readonly words: readonly string[]
}

/**
 * Shows the difference of two texts by word: removed words in `[-…-]`, added ones in `{+…+}`, and unchanged text cut to
 * its edges. A backslash breaks such marks in the texts, so that a text cannot close a mark around its own words.
 */
export function wordDiff(before: string, after: string, mostChars: number): string {
  const runs = diff(words(before), words(after))
  const whole = print(runs, Number.POSITIVE_INFINITY)
  if (whole.length <= mostChars) return whole
  // Each run is cut before the whole, so that removed text cannot push out added text.
  const text = print(runs, Math.max(LEAST_CHARS, Math.floor(mostChars / runs.length) - 2 * MARK_CHARS))
  return text.length <= mostChars ? text : cutInMark(text, mostChars)
}

function print(runs: readonly Run[], mostChars: number): string {
  return runs.map((run, n) => printed(run, { isFirst: n === 0, isLast: n === runs.length - 1, mostChars })).join('')
}

/**
 * Whitespace counts as words, so that nothing is lost. Any other character that is not a letter or digit is a word of
 * its own.
 */
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

/** Cuts the text and closes the mark that was cut. */
function cutInMark(text: string, mostChars: number): string {
  const cut = text.slice(0, mostChars - 1 - MARK_CHARS)
  const open = Object.values(MARKS).find(([start, end]) => cut.lastIndexOf(start) > cut.lastIndexOf(end))
  return `${cut}…${open?.[1] ?? ''}`
}

function withoutMarks(some: readonly string[]): string {
  return some.join('').replaceAll(/[[{](?=[-+])|[-+](?=[\]}])/g, '$&\\')
}

/** Myers' greedy algorithm, applied after the common prefix and suffix are removed. */
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
  const most = Math.min(a.length + b.length, MOST_EDITS)
  /** The furthest position in `a` per diagonal, indexed from `-most - 1`. */
  const furthest = new Int32Array(2 * most + 3)
  const trace: Int32Array[] = []
  for (let d = 0; d <= most; d += 1) {
    trace.push(furthest.slice(most - d, most + d + 3))
    for (let k = -d; k <= d; k += 2) {
      const at = most + 1 + k
      let x = isDown(furthest, at, k, d) ? (furthest[at + 1] ?? 0) : (furthest[at - 1] ?? 0) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1
      furthest[at] = x
      if (x >= a.length && x - k >= b.length) return traced(a, b, trace)
    }
  }
  return whole
}

function isDown(furthest: Int32Array, at: number, k: number, d: number): boolean {
  return k === -d || (k !== d && (furthest[at - 1] ?? 0) < (furthest[at + 1] ?? 0))
}

/** `trace` holds the diagonals before each step. */
function traced(a: readonly string[], b: readonly string[], trace: readonly Int32Array[]): Run[] {
  const runs: Run[] = []
  let x = a.length
  let y = b.length
  for (let d = trace.length - 1; d > 0; d -= 1) {
    const furthest = trace[d] ?? new Int32Array()
    const k = x - y
    const at = d + 1 + k
    const goesDown = isDown(furthest, at, k, d)
    const fromX = furthest[goesDown ? at + 1 : at - 1] ?? 0
    const fromY = fromX - (goesDown ? k + 1 : k - 1)
    for (; x > fromX && y > fromY && a[x - 1] === b[y - 1]; x -= 1, y -= 1)
      runs.push({ type: 'kept', words: [a[x - 1] ?? ''] })
    if (goesDown) runs.push({ type: 'added', words: [b[y - 1] ?? ''] })
    else runs.push({ type: 'removed', words: [a[x - 1] ?? ''] })
    x = fromX
    y = fromY
  }
  if (x > 0) runs.push({ type: 'kept', words: a.slice(0, x) })
  return runs.toReversed()
}

/**
 * Merges neighbors of one type, including whitespace between two changes, so that a replaced sentence reads as one
 * change.
 */
function merged(runs: readonly Run[]): Run[] {
  const all: { type: Run['type']; words: string[] }[] = []
  for (const { type, words: some } of runs) {
    const last = all.at(-1)
    if (some.length === 0) continue
    if (last?.type === type) for (const word of some) last.words.push(word)
    else all.push({ type, words: [...some] })
  }
  return all
}
