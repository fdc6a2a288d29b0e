import { LIMITS } from './limits.ts'

/** `verdict`: a caller waits for the answer before it acts, so it overtakes the bulk work of its own organization. */
export type Lane = 'verdict' | 'bulk'

/**
 * Shares the event loop among organizations. All work on entries is cut into pieces, and each piece asks for a turn first.
 * Pieces run back to back for `LIMITS.sliceMs`; then the loop serves everything else once before the next slice. Within a
 * slice organizations alternate, so the wait of one does not depend on how much another has sent.
 */
export interface FairTurns {
  /** Undefined when the piece can run now. Otherwise it resolves when the piece can run. `null`: no organization is known yet. */
  next(org: number | null, lane?: Lane): Promise<void> | undefined
}

type Waiting = Readonly<Record<Lane, (() => void)[]>>

/** `now`: a monotonic clock in milliseconds. */
export function fairTurns(now: () => number = () => performance.now()): FairTurns {
  /** In the order in which organizations get their next turn. */
  const queues = new Map<number | null, Waiting>()
  let sliceBegan: number | undefined

  const isOver = () => sliceBegan === undefined || now() - sliceBegan >= LIMITS.sliceMs

  function resumeOne(): void {
    for (const [org, queue] of queues) {
      const resume = queue.verdict.shift() ?? queue.bulk.shift()
      // To the end of the line, if anything of it is still waiting.
      queues.delete(org)
      if (queue.verdict.length + queue.bulk.length > 0) queues.set(org, queue)
      resume?.()
      return
    }
  }

  async function slice(): Promise<void> {
    if (queues.size === 0) {
      sliceBegan = undefined
      return
    }
    sliceBegan = now()
    do {
      resumeOne()
      // The resumed piece runs before this continues.
      await undefined
    } while (queues.size > 0 && !isOver())
    begin()
  }

  function begin(): void {
    setImmediate(() => void slice())
  }

  return {
    next(org, lane = 'bulk') {
      if (sliceBegan === undefined) {
        sliceBegan = now()
        begin()
        return undefined
      }
      const before = queues.get(org)
      if (before === undefined && !isOver()) return undefined
      const queue = before ?? { verdict: [], bulk: [] }
      queues.set(org, queue)
      return new Promise((resolve) => queue[lane].push(resolve))
    },
  }
}
