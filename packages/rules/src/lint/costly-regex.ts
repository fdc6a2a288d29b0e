/** From here on a count is worth a warning: on 16 KiB of text made for it, the expression needs more than `ruleSteps`. */
const COSTLY_COUNT = 250

/** Something that stands for many characters, repeated without end. */
const UNBOUNDED = /(?:\.|\]|\)|\\[dDwWsS]|\\[pP](?:\{[^}]*\}|[A-Z]))(?:[*+]|\{\d+,\})/
const COUNTED = /(?:\.|\]|\)|\\[dDwWsS]|\\[pP](?:\{[^}]*\}|[A-Z]))\{(\d{1,4})(?:,(\d{1,4}))?\}/g

/** The largest count of a part of the expression behind one without end; null where none is so large. */
export function costlyCount(regex: string): number | null {
  const unbounded = regex.search(UNBOUNDED)
  if (unbounded < 0) return null
  let largest = 0
  for (const [, least = '', most = least] of regex.slice(unbounded).matchAll(COUNTED))
    largest = Math.max(largest, Number(most))
  return largest < COSTLY_COUNT ? null : largest
}
