import type { SourceCount } from '../sources-seen.ts'
import type { Origin } from '@sentinelmesh/telemetry'

/** The records of a request that were refused, and why the first of them was. */
export interface Refused {
  readonly records: number
  readonly reason: string | null
}

/** Scopes that are counted separately. A request may have a different scope in each record. */
const SCOPES = 400
const OTHER_SCOPES = '(other)'

/** The outcomes of the records of one request, by source. */
export interface Tally {
  record(of: Origin, records?: number): void
  stored(of: Origin): void
  /** A record that several entries are refused of counts once. */
  refuse(of: Origin, reason: string, records?: number): void
  refused(): Refused
  counts(): readonly SourceCount[]
}

export function tally(): Tally {
  const counts = new Map<string, { -readonly [Name in keyof SourceCount]: SourceCount[Name] }>()
  const seen = new Set<Origin>()
  let refused = 0
  let first: string | null = null
  const countOf = ({ source, scope }: Origin) => {
    const named = source ?? `scope ${scope}`
    // Sources are few, and are never put together.
    const isOver = source === null && counts.size >= SCOPES && !counts.has(named)
    const key = isOver ? OTHER_SCOPES : named
    const known = counts.get(key) ?? {
      source,
      scope: isOver ? OTHER_SCOPES : scope,
      records: 0,
      entries: 0,
      refused: 0,
    }
    counts.set(key, known)
    return known
  }
  return {
    record: (of, records = 1) => void (countOf(of).records += records),
    stored: (of) => void (countOf(of).entries += 1),
    refuse(of, reason, records = 1) {
      first ??= reason
      if (seen.has(of)) return
      seen.add(of)
      countOf(of).refused += records
      refused += records
    },
    refused: () => ({ records: refused, reason: first }),
    counts: () => [...counts.values()],
  }
}
