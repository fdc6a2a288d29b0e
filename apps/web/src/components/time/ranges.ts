import { DAY, HOUR, MINUTE } from '../../time.ts'

/** Time ranges that end now. The server uses the same names. */
export const RANGE_NAMES = ['15m', '1h', '24h', '7d'] as const
export type RangeName = (typeof RANGE_NAMES)[number]

export const RANGES: Record<RangeName, { readonly ms: number; readonly short: string; readonly words: string }> = {
  '15m': { ms: 15 * MINUTE, short: '15 min', words: 'the last 15 min' },
  '1h': { ms: HOUR, short: '1 h', words: 'the last hour' },
  '24h': { ms: DAY, short: '24 h', words: 'the last 24 h' },
  '7d': { ms: 7 * DAY, short: '7 d', words: 'the last 7 days' },
}

export function isRange(text: string | undefined): text is RangeName {
  return RANGE_NAMES.some((name) => name === text)
}
