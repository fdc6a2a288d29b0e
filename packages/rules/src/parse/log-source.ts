import type { LogSource } from '../entry.ts'

export const LOG_SOURCE_KEYS = ['product', 'category', 'service'] as const

/** Returns whether `source` has the same value for every key that `wanted` sets. */
export function covers(wanted: LogSource, source: LogSource): boolean {
  return LOG_SOURCE_KEYS.every((key) => wanted[key] === undefined || wanted[key] === source[key])
}
