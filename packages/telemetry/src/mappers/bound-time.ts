import { LIMITS } from '@sentinelmesh/api/constants'
import { toIso } from '../timestamp.ts'
import type { MappedEntry } from './mapped-entry.ts'

/** Without its time, if that is too far in the future: the entry would stay the newest until then. An attribute keeps it. */
export function withBoundedTime(entry: MappedEntry, nowMs: number): MappedEntry {
  if (entry.at === null || entry.at <= (nowMs + LIMITS.aheadMs) * 1000) return entry
  return { ...entry, at: null, attributes: { ...entry.attributes, skewed_time: toIso(entry.at) } }
}
