import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LIMITS } from './limits.ts'
import { nextInstant, type RetentionInstant } from './retention-time.ts'

const { retentionTickMs: TICK, retentionJumpMs: DAY, retentionWaitMs: WAIT, retentionCatchUpMs: CATCH_UP } = LIMITS
const T0 = Date.UTC(2026, 2, 28, 12)

const begun = (time = T0): RetentionInstant => ({ time, wall: time, waited: 0 })
/** The instant from which retention measures age. */
const used = ({ time, wall }: RetentionInstant) => Math.min(time, wall)

/** Runs `ticks` ticks while the system clock advances from `wall`. */
function run(from: RetentionInstant, wall: number, ticks: number): RetentionInstant {
  let instant = from
  for (let n = 1; n <= ticks; n++) instant = nextInstant(instant, wall + n * TICK)
  return instant
}

describe('the retention clock', () => {
  test('follows a correct system clock, even through a change to daylight saving time', () => {
    const week = 7 * 24 * 60
    expect(run(begun(), T0, week)).toEqual({ time: T0 + week * TICK, wall: T0 + week * TICK, waited: 0 })
  })

  test('catches up within an hour after the server was down for a night, and never at once', () => {
    const morning = T0 + 0.9 * DAY
    expect(used(run(begun(), morning, 1))).toBe(T0 + CATCH_UP)
    const hour = run(begun(), morning, 60)
    expect(hour.time).toBe(hour.wall)
  })

  test('waits for a day of uptime if the system clock is further ahead, then accepts it', () => {
    const ahead = T0 + 400 * DAY
    const almost = run(begun(), ahead, WAIT / TICK)
    expect(almost).toMatchObject({ time: T0 + WAIT, waited: WAIT })
    const after = nextInstant(almost, ahead + WAIT + TICK)
    expect(after).toEqual({ time: after.wall, wall: ahead + WAIT + TICK, waited: 0 })
  })

  test('continues as before when a system clock that was ahead is corrected', () => {
    const wrong = run(begun(), T0 + 400 * DAY, 30)
    const right = run(wrong, T0 + 30 * TICK, 1)
    expect(right).toEqual({ time: T0 + 31 * TICK, wall: T0 + 31 * TICK, waited: 0 })
  })

  test('restarts the wait when the system clock jumps again', () => {
    const first = run(begun(), T0 + 10 * DAY, 100)
    expect(first.waited).toBe(100 * TICK)
    expect(run(first, T0 + 20 * DAY, 1).waited).toBe(TICK)
  })

  test('follows a system clock that was set back, and keeps its own time meanwhile', () => {
    const back = run(begun(), T0 - 30 * DAY, 10)
    expect(used(back)).toBe(T0 - 30 * DAY + 10 * TICK)
    const right = run(back, T0 + 10 * TICK, 1)
    expect(right).toEqual({ time: T0 + 11 * TICK, wall: T0 + 11 * TICK, waited: 0 })
  })

  test('never passes the system clock, and until a wait is over never advances by more than its bound', () => {
    const walls = fc.array(
      fc.integer({ min: -3, max: 3 }).chain((days) => fc.tuple(fc.constant(days), fc.nat(3_600_000))),
    )
    fc.assert(
      fc.property(walls, (jumps) => {
        let instant = begun()
        let wall = T0
        for (const [days, ms] of jumps) {
          wall += TICK + (days === 0 ? 0 : days * DAY + ms)
          const { time } = instant
          instant = nextInstant(instant, wall)
          expect(used(instant)).toBeLessThanOrEqual(wall)
          expect(instant.time - time).toBeLessThanOrEqual(CATCH_UP)
        }
      }),
      { seed: 11, numRuns: 500 },
    )
  })
})
