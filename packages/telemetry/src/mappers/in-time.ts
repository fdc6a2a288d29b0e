import { LIMITS } from '@sentinelmesh/api/constants'
import { toIso } from '../timestamp.ts'
import type { MappedEntry } from './mapped-entry.ts'

/** A clock that is far ahead would put an entry after all that is to come. What it said is kept beside it. */
export function inTime(entry: MappedEntry, nowMs: number): MappedEntry {
  if (entry.at === null || entry.at <= (nowMs + LIMITS.aheadMs) * 1000) return entry
  return { ...entry, at: null, attributes: { ...entry.attributes, skewed_time: toIso(entry.at) } }
}
