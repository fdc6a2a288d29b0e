/** The smallest count that causes a warning: a 16 KiB adversarial text then needs more than `LIMITS.ruleSteps`. */
const COSTLY_COUNT = 250

/** A class of many characters with an unbounded repetition. */
const UNBOUNDED = /(?:\.|\]|\)|\\[dDwWsS]|\\[pP](?:\{[^}]*\}|[A-Z]))(?:[*+]|\{\d+,\})/
const COUNTED = /(?:\.|\]|\)|\\[dDwWsS]|\\[pP](?:\{[^}]*\}|[A-Z]))\{(\d{1,4})(?:,(\d{1,4}))?\}/g

/** The highest repetition count after an unbounded repetition; null if it is below `COSTLY_COUNT`. */
export function costlyCount(regex: string): number | null {
  const unbounded = regex.search(UNBOUNDED)
  if (unbounded < 0) return null
  let highest = 0
  for (const [, least = '', most = least] of regex.slice(unbounded).matchAll(COUNTED))
    highest = Math.max(highest, Number(most))
  return highest < COSTLY_COUNT ? null : highest
}
