import { LIMITS } from '@sentinelmesh/api/constants'
import { toIso } from '../timestamp.ts'
import type { MappedEntry } from './mapped-entry.ts'

/** Moves a time that is too far in the future into an attribute, since the entry would stay the newest until then. */
export function withBoundedTime(entry: MappedEntry, nowMs: number): MappedEntry {
  if (entry.at === null || entry.at <= (nowMs + LIMITS.aheadMs) * 1000) return entry
  return { ...entry, at: null, attributes: { ...entry.attributes, skewed_time: toIso(entry.at) } }
}
