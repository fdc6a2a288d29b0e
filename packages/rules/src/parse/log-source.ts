import type { LogSource } from '../entry.ts'

export const LOG_SOURCE_KEYS = ['product', 'category', 'service'] as const

/** Whether every key that `wanted` names equals that of `source`. */
export function covers(wanted: LogSource, source: LogSource): boolean {
  return LOG_SOURCE_KEYS.every((key) => wanted[key] === undefined || wanted[key] === source[key])
}
