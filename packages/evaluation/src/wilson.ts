/** The 97.5th percentile of the standard normal distribution. */
const Z = 1.959964

interface Proportion {
  hits: number
  of: number
  share: number | null
  low: number
  high: number
}

/**
 * The Wilson score interval (E. B. Wilson, 1927). Unlike the normal approximation, it is accurate for shares near 0 and
 * for few observations.
 */
export function shareOf(hits: number, of: number): Proportion {
  if (of === 0) return { hits, of, share: null, low: 0, high: 1 }
  const share = hits / of
  const middle = (share + (Z * Z) / (2 * of)) / (1 + (Z * Z) / of)
  const half = (Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of))) / (1 + (Z * Z) / of)
  return {
    hits,
    of,
    share,
    low: hits === 0 ? 0 : Math.max(0, middle - half),
    high: hits === of ? 1 : Math.min(1, middle + half),
  }
}
