/**
 * The known name closest to a misspelled one, by the number of characters added, removed, changed or swapped, at most a
 * third of them. Null if none is close enough.
 */
export function nearest(name: string, known: Iterable<string>): string | null {
  if (name.length > MAX_CHARS) return null
  let best: string | null = null
  let least = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= least) continue
    const steps = distance(name.toLowerCase(), candidate.toLowerCase())
    if (steps < least) [best, least] = [candidate, steps]
  }
  return best
}

/** Longer names are not compared, since known names are short. */
const MAX_CHARS = 64

/** Optimal string alignment distance: Levenshtein's, with a swap of neighbors as one step. */
function distance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let steps = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        steps = Math.min(steps, (before[j - 2] ?? 0) + 1)
      row.push(steps)
    }
    ;[before, last] = [last, row]
  }
  return last[b.length] ?? 0
}
