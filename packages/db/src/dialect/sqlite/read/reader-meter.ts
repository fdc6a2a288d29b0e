import { performance } from 'node:perf_hooks'
import { CANCELLED, DEADLINE } from '../threads/protocol.ts'
import type { ReaderControl } from './reader-control.ts'

/**
 * Counts the work of one reader and stops it. SQLite's own interrupt is not available here, so every function that can
 * take long reports its steps, and an error thrown from `spend` or `check` stops the statement.
 */
export interface ReaderMeter {
  begin(request: number, deadlineMs: number | null): void
  end(): void
  /** Checks the clock and the flag once per `STEPS_PER_CHECK` steps. Throws with the code `DEADLINE` or `CANCELLED`. */
  spend(steps: number): void
  /** Checks immediately. Throws as `spend` does. */
  check(): void
  /** Checks the flag only. Throws with the code `CANCELLED`. */
  checkCancelled(): void
}

/** A step takes a few nanoseconds, so this is about a tenth of a millisecond. */
const STEPS_PER_CHECK = 64 * 1024

export function readerMeter(control: ReaderControl): ReaderMeter {
  let current = 0
  let endAt = Number.POSITIVE_INFINITY
  let uncounted = 0

  const checkCancelled = () => {
    if (control.isCancelled(current)) throw stopped(CANCELLED, 'The caller no longer wants this.')
  }
  const check = () => {
    checkCancelled()
    if (performance.now() >= endAt) throw stopped(DEADLINE, 'The time of this slice is over.')
  }
  return {
    begin(request, deadlineMs) {
      current = request
      endAt = deadlineMs === null ? Number.POSITIVE_INFINITY : performance.now() + deadlineMs
    },
    end() {
      control.add(uncounted)
      uncounted = 0
    },
    spend(steps) {
      uncounted += steps
      if (uncounted < STEPS_PER_CHECK) return
      control.add(uncounted)
      uncounted = 0
      check()
    },
    check,
    checkCancelled,
  }
}

function stopped(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}
