/** Runs work of some size when its turn has come, in the order in which it was asked for; each org has a line of its own. */
export type InTurn = <Result>(org: number | null, size: number, work: () => Promise<Result>) => Promise<Result>

interface Line {
  /** Of what is worked on. */
  size: number
  readonly waiting: { readonly size: number; readonly begin: () => void }[]
}

/** At most so much of one line is worked on at a time; what is larger than that is worked on by itself. */
export function inTurn(most: number): InTurn {
  const lines = new Map<number | null, Line>()
  const fits = (line: Line, size: number) => line.size === 0 || line.size + size <= most

  return async (org, size, work) => {
    const line = lines.get(org) ?? { size: 0, waiting: [] }
    lines.set(org, line)
    if (line.waiting.length === 0 && fits(line, size)) line.size += size
    else await new Promise<void>((begin) => line.waiting.push({ size, begin }))
    try {
      return await work()
    } finally {
      line.size -= size
      next(line)
      if (line.size === 0 && line.waiting.length === 0) lines.delete(org)
    }
  }

  function next(line: Line): void {
    for (let [first] = line.waiting; first !== undefined && fits(line, first.size); [first] = line.waiting) {
      line.waiting.shift()
      line.size += first.size
      first.begin()
    }
  }
}
