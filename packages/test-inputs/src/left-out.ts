import type { TestOptions } from 'vitest'

/**
 * Options of a skipped test or suite. `scripts/test.mjs` prints each reason with the number of tests left out for it.
 * `tests`: how many tests one skipped test stands for.
 */
export function leftOut(reason: string, tests = 1): TestOptions {
  const meta: object = { leftOut: { reason, tests } }
  return { meta }
}
