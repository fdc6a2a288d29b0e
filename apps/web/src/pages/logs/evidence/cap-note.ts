import { BANDS } from '@sentinelmesh/api/constants'

/** A contribution of at least `below` lifts the risk past `cap`. */
const CAPS = [
  { below: BANDS.medium.from, cap: BANDS.high.from - 1 },
  { below: BANDS.high.from, cap: BANDS.critical.from - 1 },
] as const

/** Weaker evidence raises the risk by one band at most. Returns a sentence that says so if that limited this risk. */
export function capNote(contributions: readonly { readonly points: number }[], risk: number): string | undefined {
  const most = Math.max(0, ...contributions.map(({ points }) => points))
  const found = CAPS.find(({ below, cap }) => most < below && risk === cap)
  if (found === undefined) return undefined
  const combined = Math.round(100 * (1 - contributions.reduce((rest, { points }) => rest * (1 - points / 100), 1)))
  return combined > found.cap
    ? `Capped at ${found.cap}, because no evidence has ${found.below} points or more. The combined evidence would be ${combined}.`
    : undefined
}
