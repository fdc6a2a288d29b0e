/**
 * Counts matching work in steps. A step is one character that an automaton reads, one instruction visited to build or
 * simulate a state, or `SCANNED_PER_STEP` characters of a plain text search. A step takes a few nanoseconds, so a
 * number of steps bounds time but, unlike a clock, is the same on every machine.
 */
export interface WorkMeter {
  /**
   * Receives the steps since the last call: after each run of a regular expression or part of it, and at least every
   * `STEPS_PER_REPORT` steps plus the size of one program. It may throw to stop the work. `metered` rethrows the error
   * unchanged, and the regular expression stays usable.
   */
  spend(steps: number): void
}

/** The maximum number of steps between reports, give or take one state: about a tenth of a millisecond. */
export const STEPS_PER_REPORT = 64 * 1024

/** Characters that built-in searches (`indexOf`, `startsWith`) scan in the time of one step. */
export const SCANNED_PER_STEP = 16

let inForce: WorkMeter | null = null

/**
 * Runs synchronous matching work, and reports the steps of every regular expression and text scan to `meter`. Calls
 * nest: outer meters receive the steps first, so that an outer count includes all inner work, even the part that made
 * an inner meter stop it. Asynchronous work is not counted.
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

/** Reports work to the current meter, if any. Call it only where the work can be stopped safely. */
export function spend(steps: number): void {
  if (inForce !== null) inForce.spend(steps)
}

/** Reports a plain text search over this many characters. */
export function spendScan(chars: number): void {
  if (inForce !== null) inForce.spend(1 + Math.floor(chars / SCANNED_PER_STEP))
}
