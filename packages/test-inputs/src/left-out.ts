import { describe, test } from 'vitest'

/**
 * Options of a skipped test or suite. `scripts/test.mjs` prints each reason with the number of tests left out for it.
 * `tests`: how many tests one skipped test stands for.
 */
export const leftOut = (reason: string, tests = 1): { meta: object } => ({ meta: { leftOut: { reason, tests } } })

/** A suite of which one skipped test takes the place where `reason` says what it needs and is missing. */
export function describeUnless(reason: string | null, title: string, tests: number, body: () => void): void {
  describe(title, () => {
    if (reason === null) body()
    else test(`${tests} tests ${reason}`, leftOut(reason, tests), ({ skip }) => skip())
  })
}
