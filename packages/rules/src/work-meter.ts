/**
 * Counts matching work as it is done, in steps. A step is one character that an automaton reads, one instruction of an
 * expression that is visited while a state is built or simulated, or `SCANNED_PER_STEP` characters that a plain search
 * passes over. A step takes a few nanoseconds, so that a count of steps bounds time and, unlike a clock, is the same on
 * every machine.
 */
export interface WorkMeter {
  /**
   * Receives the steps since the last call: after each run of an expression, after each part of a run, and at least every
   * `STEPS_PER_REPORT` steps and the size of one program. It may throw to stop the work. What it throws leaves `metered`
   * unchanged, and the expression can be used again.
   */
  spend(steps: number): void
}

/** Steps after which a run reports at the latest, give or take one state: a tenth of a millisecond or so. */
export const STEPS_PER_REPORT = 64 * 1024

/** Characters that built-in searches (`indexOf`, `startsWith`) pass over in the time of one step. */
export const SCANNED_PER_STEP = 16

let inForce: WorkMeter | null = null

/**
 * Runs synchronous matching work; every expression that it runs, and every text that it scans, reports its steps to
 * `meter`. Calls nest: the steps are reported to the outer meters first and then to `meter`, so that an outer count
 * includes all of the inner work, also the part that made an inner meter stop it. Work that is awaited or run later is
 * not counted.
 */
export function metered<Result>(meter: WorkMeter, work: () => Result): Result {
  const outer = inForce
  inForce = outer === null ? meter : both(outer, meter)
  try {
    return work()
  } finally {
    inForce = outer
  }
}

function both(outer: WorkMeter, inner: WorkMeter): WorkMeter {
  return {
    spend(steps) {
      outer.spend(steps)
      inner.spend(steps)
    },
  }
}

/** Reports work to the meter in force, if there is one. Call it only where it is safe to be stopped. */
export function spend(steps: number): void {
  if (inForce !== null) inForce.spend(steps)
}

/** Reports that a text of so many characters is scanned for plain text. */
export function spendScan(chars: number): void {
  if (inForce !== null) inForce.spend(1 + Math.floor(chars / SCANNED_PER_STEP))
}
