/** Runs work on a body of so many bytes when its turn has come, in the order in which it was asked for. */
export type InTurn = <Result>(org: number | null, bytes: number, work: () => Promise<Result>) => Promise<Result>

interface Line {
  /** Of the bodies that are worked on. */
  bytes: number
  readonly waiting: { readonly bytes: number; readonly begin: () => void }[]
}

/**
 * What a body becomes when it is read is some twenty times as large. Of each org so many bytes are worked on at a time;
 * other bodies wait, unread. One that is larger than that is worked on by itself.
 */
export function inTurn(mostBytes: number): InTurn {
  const lines = new Map<number | null, Line>()
  const fits = (line: Line, bytes: number) => line.bytes === 0 || line.bytes + bytes <= mostBytes

  return async (org, bytes, work) => {
    const line = lines.get(org) ?? { bytes: 0, waiting: [] }
    lines.set(org, line)
    if (line.waiting.length === 0 && fits(line, bytes)) line.bytes += bytes
    else await new Promise<void>((begin) => line.waiting.push({ bytes, begin }))
    try {
      return await work()
    } finally {
      line.bytes -= bytes
      next(line)
      if (line.bytes === 0 && line.waiting.length === 0) lines.delete(org)
    }
  }

  function next(line: Line): void {
    for (let [first] = line.waiting; first !== undefined && fits(line, first.bytes); [first] = line.waiting) {
      line.waiting.shift()
      line.bytes += first.bytes
      first.begin()
    }
  }
}
