import type { Dimension } from '../../rollups.ts'

/** Microseconds. */
export const MINUTE = 60_000_000

/** Under which keys one entry is counted. An entry without a receiver is counted under none; a rule counts once. */
export function rollupKeys(
  sender: string,
  receiver: string | null,
  kind: string,
  band: string,
  rules: readonly string[],
): [Dimension, string][] {
  const keys: [Dimension, string][] = [
    ['all', ''],
    ['sender', sender],
    ['kind', kind],
    ['band', band],
  ]
  if (receiver !== null) keys.push(['receiver', receiver])
  for (const rule of rules.length < 2 ? rules : new Set(rules)) keys.push(['rule', rule])
  return keys
}
