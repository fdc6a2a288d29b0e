import { byPriority, firstInFirstOut, roundRobin } from './line.ts'

/**
 * Shares the event loop. Work is cut into pieces, and each piece asks for a turn first. Pieces run back to back for
 * `sliceMs`; then the loop serves everything else once before the next slice. Within a slice owners alternate, so the wait
 * of one does not depend on how much work another has.
 */
export interface FairYield<Owner, Lane extends string> {
  /** Returns undefined when the piece can run now. Otherwise it resolves when the piece can run. */
  next(owner: Owner, lane?: Lane): Promise<void> | undefined
}

export interface FairYieldOptions<Lane extends string> {
  readonly sliceMs: number
  /** Pieces of one owner run by lane, the first lane first. The last lane is the default. */
  readonly lanes: readonly [...Lane[], Lane]
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number
}

interface Piece<Owner, Lane> {
  readonly owner: Owner
  readonly lane: Lane
  readonly resume: () => void
}

export function fairYield<Owner, Lane extends string = 'work'>({
  sliceMs,
  lanes,
  now = () => performance.now(),
}: FairYieldOptions<Lane>): FairYield<Owner, Lane> {
  const pieces = roundRobin(
    ({ owner }: Piece<Owner, Lane>) => owner,
    () =>
      byPriority(
        lanes.map((lane) => [lane, firstInFirstOut<Piece<Owner, Lane>>()]),
        ({ lane }) => lane,
      ),
  )
  const lastLane = lanes.at(-1) as Lane
  let sliceBegan: number | undefined

  const isOver = () => sliceBegan === undefined || now() - sliceBegan >= sliceMs

  async function slice(): Promise<void> {
    if (pieces.size === 0) {
      sliceBegan = undefined
      return
    }
    sliceBegan = now()
    do {
      pieces.take()?.resume()
      // The resumed piece runs before this continues.
      await undefined
    } while (pieces.size > 0 && !isOver())
    begin()
  }

  function begin(): void {
    setImmediate(() => void slice())
  }

  return {
    next(owner, lane = lastLane) {
      if (sliceBegan === undefined) {
        sliceBegan = now()
        begin()
        return undefined
      }
      if (pieces.sizeOf(owner) === 0 && !isOver()) return undefined
      return new Promise((resume) => pieces.add({ owner, lane, resume }))
    },
  }
}
