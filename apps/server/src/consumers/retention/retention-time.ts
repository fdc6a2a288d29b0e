import { retentionClockStore, type Database, type RetentionClockState } from '@sentinelmesh/db'
import type { Clock } from '../../clock.ts'
import { LIMITS } from './limits.ts'

/**
 * The time that retention counts from. Deleting cannot be undone, so it does not trust the system clock blindly: a
 * clock that is wrong at boot or set ahead would make every entry too old at once. This time advances with running
 * time, catches up with a system clock that is ahead by less than a day, and is never ahead of it. If the difference is
 * larger, it advances with running time only, until the clock is corrected, someone accepts it, or a day of running
 * time passes without another jump.
 */
export interface RetentionTime {
  /** Call this once every `LIMITS.retentionTickMs`. Returns the instant to count from, in microseconds. */
  tick(): Promise<number>
  /** Null while it follows the system clock. */
  waiting(): RetentionWait | null
  /** Trusts the system clock from now on. Returns the instants before and after, in milliseconds. */
  accept(): Promise<{ readonly from: number; readonly to: number }>
  save(): Promise<void>
}

export interface RetentionWait {
  /** Milliseconds that the system clock is ahead. Negative if it is behind. */
  readonly aheadMs: number
  /** Remaining running time until the system clock is trusted. */
  readonly leftMs: number
}

/** All in milliseconds. */
export interface RetentionInstant {
  readonly time: number
  /** The system clock at the last tick. */
  readonly wall: number
  readonly waited: number
}

/** Advances by one tick, with the system clock at `wall`. */
export function nextInstant({ time, wall: before, waited }: RetentionInstant, wall: number): RetentionInstant {
  const { retentionTickMs: tick, retentionCatchUpMs, retentionJumpMs: jump, retentionWaitMs } = LIMITS
  const gap = wall - time
  if (Math.abs(gap) <= jump) return { time: time + Math.min(gap, retentionCatchUpMs), wall, waited: 0 }
  const jumpedAgain = waited === 0 || Math.abs(wall - before) > jump
  const waitedNow = jumpedAgain ? tick : waited + tick
  if (waitedNow > retentionWaitMs) return { time: wall, wall, waited: 0 }
  return { time: time + tick, wall, waited: waitedNow }
}

export function retentionTime({
  database,
  clock,
}: {
  readonly database: Database
  readonly clock: Clock
}): RetentionTime {
  let instant: RetentionInstant | undefined
  let saved: RetentionClockState | undefined

  const load = async (): Promise<RetentionInstant> => {
    if (instant !== undefined) return instant
    const wall = clock.now()
    const store = retentionClockStore(database.read)
    saved = await store.get()
    const newest = saved === undefined ? await store.newestArrival() : null
    instant =
      saved === undefined
        ? { time: newest === null ? wall : Math.floor(newest / 1000), wall, waited: 0 }
        : { time: saved.time / 1000, wall, waited: saved.waited / 1000 }
    return instant
  }
  const save = async () => {
    if (instant === undefined) return
    const state = { time: Math.floor(instant.time * 1000), waited: instant.waited * 1000 }
    await database.transaction((tx) => retentionClockStore(tx).set(state))
    saved = state
  }
  const isDueToSave = ({ time, waited }: RetentionInstant) =>
    saved === undefined ||
    Math.abs(time * 1000 - saved.time) >= LIMITS.retentionSaveMs * 1000 ||
    (waited === 0) !== (saved.waited === 0)

  return {
    async tick() {
      const next = nextInstant(await load(), clock.now())
      instant = next
      if (isDueToSave(next)) await save()
      return Math.min(next.time, next.wall) * 1000
    },
    waiting() {
      if (instant === undefined || instant.waited === 0) return null
      const { time, wall, waited } = instant
      return { aheadMs: wall - time, leftMs: LIMITS.retentionWaitMs - waited }
    },
    async accept() {
      const { time: from } = await load()
      const to = clock.now()
      instant = { time: to, wall: to, waited: 0 }
      await save()
      return { from, to }
    },
    save,
  }
}
