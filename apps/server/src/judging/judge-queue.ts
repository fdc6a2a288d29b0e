import { DomainError } from '@sentinelmesh/api/constants'
import {
  byPriority,
  fairQueue,
  firstInFirstOut,
  roundRobin,
  slotLimit,
  type FairQueue,
  type Slots,
} from '@sentinelmesh/flow/fair-queue'
import { LANES, type Lane } from './entry-yield.ts'
import { LIMITS } from './limits.ts'

export interface HeavyRequest {
  readonly owner: number
  readonly lane: Lane
  readonly chars: number
}

/**
 * Orders heavy entries before the threads that judge them: organizations round-robin, and of one organization verdicts
 * first. The backlog is bounded per organization and lane, in entries and in characters. Past that, `enter` throws
 * `store_busy`.
 */
export function judgeQueue(slots: Slots): FairQueue<HeavyRequest> {
  const line = roundRobin(
    ({ owner }: HeavyRequest) => owner,
    () =>
      byPriority(
        LANES.map((lane) => [lane, firstInFirstOut<HeavyRequest>()]),
        ({ lane }) => lane,
      ),
  )
  return fairQueue<HeavyRequest>({
    line,
    ...slotLimit(slots),
    admit({ owner, lane, chars }) {
      const waiting = [...(line.lineOf(owner) ?? [])].filter((one) => one.lane === lane)
      refuseWhenFull(lane, waiting, chars)
    },
  })
}

const ROOM = {
  verdict: { entries: 'heavyVerdicts', chars: 'heavyVerdictChars' },
  bulk: { entries: 'heavyEntries', chars: 'heavyChars' },
} as const

function refuseWhenFull(lane: Lane, waiting: readonly HeavyRequest[], more: number): void {
  const room = ROOM[lane]
  const together = waiting.reduce((sum, { chars }) => sum + chars, more)
  const isLong = waiting.length >= LIMITS[room.entries]
  // One that is too large by itself is admitted while nothing else waits.
  if (!isLong && (waiting.length === 0 || together <= LIMITS[room.chars])) return
  const limit = isLong ? room.entries : room.chars
  const allowed = LIMITS[limit]
  throw new DomainError('store_busy', {
    say: isLong
      ? `${waiting.length} large entries of this organization are waiting to be judged (limit ${limit}). Nothing of this request was stored; send it again shortly.`
      : `Large entries of ${allowed / 1024 / 1024} Mi characters of this organization are waiting to be judged (limit ${limit}). Nothing of this request was stored; send it again shortly.`,
    limit,
    allowed,
    retryAfterSeconds: 1,
  })
}
