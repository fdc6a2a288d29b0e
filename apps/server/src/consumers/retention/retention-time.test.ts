import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LIMITS } from './limits.ts'
import { nextInstant, type RetentionInstant } from './retention-time.ts'

const { retentionTickMs: TICK, retentionJumpMs: DAY, retentionWaitMs: WAIT, retentionCatchUpMs: CATCH_UP } = LIMITS
const T0 = Date.UTC(2026, 2, 28, 12)

const begun = (time = T0): RetentionInstant => ({ time, wall: time, waited: 0 })
/** The instant that retention counts from. */
const used = ({ time, wall }: RetentionInstant) => Math.min(time, wall)

/** So many ticks, the system clock going on from `wall`. */
function run(from: RetentionInstant, wall: number, ticks: number): RetentionInstant {
  let instant = from
  for (let n = 1; n <= ticks; n++) instant = nextInstant(instant, wall + n * TICK)
  return instant
}

describe('the time that retention counts from', () => {
  test('follows a system clock that is right, also where people change to daylight saving time', () => {
    const week = 7 * 24 * 60
    expect(run(begun(), T0, week)).toEqual({ time: T0 + week * TICK, wall: T0 + week * TICK, waited: 0 })
  })

  test('takes in a night without the server within an hour, and never at once', () => {
    const morning = T0 + 0.9 * DAY
    expect(used(run(begun(), morning, 1))).toBe(T0 + CATCH_UP)
    const hour = run(begun(), morning, 60)
    expect(hour.time).toBe(hour.wall)
  })

  test('waits for a day of running when the clock is ahead by more, then believes it', () => {
    const ahead = T0 + 400 * DAY
    const almost = run(begun(), ahead, WAIT / TICK)
    expect(almost).toMatchObject({ time: T0 + WAIT, waited: WAIT })
    const after = nextInstant(almost, ahead + WAIT + TICK)
    expect(after).toEqual({ time: after.wall, wall: ahead + WAIT + TICK, waited: 0 })
  })

  test('goes on as if nothing had been when a clock that was ahead is set right', () => {
    const wrong = run(begun(), T0 + 400 * DAY, 30)
    const right = run(wrong, T0 + 30 * TICK, 1)
    expect(right).toEqual({ time: T0 + 31 * TICK, wall: T0 + 31 * TICK, waited: 0 })
  })

  test('begins to wait anew when the clock jumps again meanwhile', () => {
    const first = run(begun(), T0 + 10 * DAY, 100)
    expect(first.waited).toBe(100 * TICK)
    expect(run(first, T0 + 20 * DAY, 1).waited).toBe(TICK)
  })

  test('counts from a clock that was set back, and does not lose its own time while that is so', () => {
    const back = run(begun(), T0 - 30 * DAY, 10)
    expect(used(back)).toBe(T0 - 30 * DAY + 10 * TICK)
    const right = run(back, T0 + 10 * TICK, 1)
    expect(right).toEqual({ time: T0 + 11 * TICK, wall: T0 + 11 * TICK, waited: 0 })
  })

  test('whatever the clock does, it never passes it, and before a wait is over never moves on by more than its bound', () => {
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
