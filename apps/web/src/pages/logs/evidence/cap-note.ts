import { BANDS } from '@sentinelmesh/api/constants'

/** From here on a contribution lifts a risk past the cap below it. */
const CAPS = [
  { below: BANDS.medium.from, cap: BANDS.high.from - 1 },
  { below: BANDS.high.from, cap: BANDS.critical.from - 1 },
] as const

/**
 * Weaker evidence lifts a risk by one band at most. Where that bound this risk, the sentence that says so; the points
 * alone would have come to more.
 */
export function capNote(contributions: readonly { readonly points: number }[], risk: number): string | undefined {
  const most = Math.max(0, ...contributions.map(({ points }) => points))
  const found = CAPS.find(({ below, cap }) => most < below && risk === cap)
  if (found === undefined) return undefined
  const combined = Math.round(100 * (1 - contributions.reduce((rest, { points }) => rest * (1 - points / 100), 1)))
  return combined > found.cap
    ? `Capped at ${found.cap}: no evidence of ${found.below} points or more. Together it would come to ${combined}.`
    : undefined
}
