/** The name that a typo most likely meant, or undefined where none is near: one slip in three characters. */
export function nearest(typed: string, names: readonly string[]): string | undefined {
  const word = typed.toLowerCase()
  let best: string | undefined
  let least = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const name of names) {
    // No distance is less than the difference in length; and what is typed may be long.
    if (Math.abs(name.length - word.length) >= least) continue
    const slips = distance(word, name)
    if (slips < least) {
      best = name
      least = slips
    }
  }
  return best
}

/** Insertions, deletions, substitutions, and swaps of neighbors (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const line = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let least = Math.min(
        (last[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      )
      if (a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        least = Math.min(least, (before[column - 2] ?? least) + 1)
      line.push(least)
    }
    before = last
    last = line
  }
  return last[b.length] ?? 0
}
