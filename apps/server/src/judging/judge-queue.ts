import { DomainError } from '@sentinelmesh/api/constants'
import type { Lane } from './fair-turns.ts'
import { LIMITS } from './limits.ts'

/**
 * Orders heavy entries before the threads that judge them. What callers can rely on:
 * 1. At most `slots` are judged at a time, and at most `slotsPerOrg` of one organization.
 * 2. Organizations take turns: one waits for at most one entry of each other that was not being judged yet.
 * 3. Of one organization, verdicts come first, then the others; each lane keeps its order.
 * 4. What waits is bounded per organization, in entries and in characters. Past that, `enter` throws `store_busy`.
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

interface Waiter {
  readonly chars: number
  readonly admit: () => void
  readonly refuse: (error: DomainError) => void
}

/** One organization's part of the queue. */
interface Line {
  readonly lanes: Readonly<Record<Lane, Waiter[]>>
  running: number
  entries: number
  chars: number
}

export function judgeQueue({ slots, slotsPerOrg }: JudgeQueueOptions): JudgeQueue {
  /** In the order in which they get their next slot. */
  const lines = new Map<number, Line>()
  let running = 0
  let isClosed = false

  const leave = (org: number, line: Line) => {
    running--
    line.running--
    if (line.running === 0 && line.entries === 0) lines.delete(org)
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
      const next = line.lanes.verdict.shift() ?? line.lanes.bulk.shift()
      if (next === undefined) continue
      line.entries--
      line.chars -= next.chars
      lines.delete(org)
      lines.set(org, line)
      next.admit()
    }
  }

  return {
    async enter(org, lane, chars) {
      if (isClosed) throw new DomainError('shutting_down')
      const line = lines.get(org) ?? { lanes: { verdict: [], bulk: [] }, running: 0, entries: 0, chars: 0 }
      lines.set(org, line)
      if (line.entries === 0 && running < slots && line.running < slotsPerOrg) return take(org, line)
      // One that is too large by itself is taken while nothing else waits.
      if (line.entries >= LIMITS.heavyEntries || (line.entries > 0 && line.chars + chars > LIMITS.heavyChars))
        throw busy(line)
      line.entries++
      line.chars += chars
      return new Promise((resolve, reject) =>
        line.lanes[lane].push({ chars, admit: () => resolve(take(org, line)), refuse: reject }),
      )
    },
    waiting: () => [...lines.values()].reduce((sum, { entries }) => sum + entries, 0),
    close() {
      isClosed = true
      for (const [org, line] of lines) {
        const all = [...line.lanes.verdict.splice(0), ...line.lanes.bulk.splice(0)]
        line.entries = 0
        line.chars = 0
        if (line.running === 0) lines.delete(org)
        for (const { refuse } of all) refuse(new DomainError('shutting_down'))
      }
    },
  }
}

function busy({ entries }: Line): DomainError {
  const byEntries = entries >= LIMITS.heavyEntries
  return new DomainError('store_busy', {
    say: byEntries
      ? `${entries} large entries of this organization are waiting to be judged (limit heavyEntries). Nothing of this request was stored; send it again shortly.`
      : `Large entries of ${LIMITS.heavyChars / 1024 / 1024} Mi characters of this organization are waiting to be judged (limit heavyChars). Nothing of this request was stored; send it again shortly.`,
    limit: byEntries ? 'heavyEntries' : 'heavyChars',
    allowed: byEntries ? LIMITS.heavyEntries : LIMITS.heavyChars,
    retryAfterSeconds: 1,
  })
}
