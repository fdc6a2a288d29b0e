import { DomainError } from '@sentinelmesh/api/constants'
import type { Lane } from './fair-turns.ts'
import { LIMITS } from './limits.ts'

/**
 * Orders heavy entries before the threads that judge them. What callers can rely on:
 * 1. At most `slots` are judged at a time, and at most `slotsPerOrg` of one organization.
 * 2. Organizations take turns: one waits for at most one entry of each other that was not being judged yet.
 * 3. Of one organization, verdicts come first, then the others; each lane keeps its order.
 * 4. What waits is bounded per organization and lane, in entries and in characters. Past that, `enter` throws `store_busy`.
 */
export interface JudgeQueue {
  /** Resolves with a slot; disposing it passes it on. Rejects with `store_busy`, and with `shutting_down` after `close`. */
  enter(org: number, lane: Lane, chars: number): Promise<Disposable>
  waiting(): number
  /** Rejects everyone who waits, and everyone who comes later. */
  close(): void
}

export interface JudgeQueueOptions {
  readonly slots: number
  readonly slotsPerOrg: number
}

interface Waiting {
  readonly queue: Waiter[]
  /** The characters of all entries in the queue. */
  chars: number
}

interface Waiter {
  readonly chars: number
  readonly admit: () => void
  readonly refuse: (error: DomainError) => void
}

/** One organization's part of the queue. */
interface Line {
  readonly lanes: Readonly<Record<Lane, Waiting>>
  running: number
}

const entriesIn = ({ lanes }: Line) => lanes.verdict.queue.length + lanes.bulk.queue.length

export function judgeQueue({ slots, slotsPerOrg }: JudgeQueueOptions): JudgeQueue {
  /** In the order in which they get their next slot. */
  const lines = new Map<number, Line>()
  let running = 0
  let isClosed = false

  const leave = (org: number, line: Line) => {
    running--
    line.running--
    if (line.running === 0 && entriesIn(line) === 0) lines.delete(org)
    serve()
  }

  const take = (org: number, line: Line): Disposable => {
    running++
    line.running++
    let isHeld = true
    return {
      [Symbol.dispose]() {
        if (!isHeld) return
        isHeld = false
        leave(org, line)
      },
    }
  }

  const serve = (): void => {
    for (const [org, line] of lines) {
      if (running >= slots) return
      if (line.running >= slotsPerOrg) continue
      const lane = line.lanes.verdict.queue.length > 0 ? line.lanes.verdict : line.lanes.bulk
      const next = lane.queue.shift()
      if (next === undefined) continue
      lane.chars -= next.chars
      lines.delete(org)
      lines.set(org, line)
      next.admit()
    }
  }

  return {
    async enter(org, lane, chars) {
      if (isClosed) throw new DomainError('shutting_down')
      const line = lines.get(org) ?? { lanes: { verdict: noneWaiting(), bulk: noneWaiting() }, running: 0 }
      lines.set(org, line)
      if (entriesIn(line) === 0 && running < slots && line.running < slotsPerOrg) return take(org, line)
      const waiting = line.lanes[lane]
      refuseWhenFull(lane, waiting, chars)
      waiting.chars += chars
      return new Promise((resolve, reject) =>
        waiting.queue.push({ chars, admit: () => resolve(take(org, line)), refuse: reject }),
      )
    },
    waiting: () => [...lines.values()].reduce((sum, line) => sum + entriesIn(line), 0),
    close() {
      isClosed = true
      for (const [org, line] of lines) {
        const all = [...line.lanes.verdict.queue.splice(0), ...line.lanes.bulk.queue.splice(0)]
        if (line.running === 0) lines.delete(org)
        for (const { refuse } of all) refuse(new DomainError('shutting_down'))
      }
    },
  }
}

const noneWaiting = (): Waiting => ({ queue: [], chars: 0 })

const ROOM = {
  verdict: { entries: 'heavyVerdicts', chars: 'heavyVerdictChars' },
  bulk: { entries: 'heavyEntries', chars: 'heavyChars' },
} as const

function refuseWhenFull(lane: Lane, { queue, chars }: Waiting, more: number): void {
  const room = ROOM[lane]
  // One that is too large by itself is taken while nothing else waits.
  const isLong = queue.length >= LIMITS[room.entries]
  if (!isLong && (queue.length === 0 || chars + more <= LIMITS[room.chars])) return
  const limit = isLong ? room.entries : room.chars
  const allowed = LIMITS[limit]
  throw new DomainError('store_busy', {
    say: isLong
      ? `${queue.length} large entries of this organization are waiting to be judged (limit ${limit}). Nothing of this request was stored; send it again shortly.`
      : `Large entries of ${allowed / 1024 / 1024} Mi characters of this organization are waiting to be judged (limit ${limit}). Nothing of this request was stored; send it again shortly.`,
    limit,
    allowed,
    retryAfterSeconds: 1,
  })
}
