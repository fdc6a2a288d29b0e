import type Sqlite from 'better-sqlite3'
import { LIMITS } from '../../../limits.ts'
import type { Segment } from './segments.ts'
import { EVERY_ENTRY, probeOf, tableOf, type TextRow, TEXTS } from './text.ts'

export interface VerifiedSlice {
  readonly differences: readonly string[]
  /** Where the next slice begins; null at the end. */
  readonly next: number | null
}

/**
 * Verifies that the index finds each stored entry by trigrams of its text, and that no segment lists an entry twice or
 * outside its range. Begins at a position and runs for one slice.
 */
export function indexVerifier(log: Sqlite.Database, index: Sqlite.Database) {
  const segmentFrom = index.prepare<[org: number, from: number], Segment>(
    `select id, from_seq as "from", to_seq as "to", entries from segments
    where org = ? and to_seq >= ? order by from_seq limit 1`,
  )
  const texts = log.prepare<[org: number, from: number, to: number], TextRow>(TEXTS).raw()

  return (org: number, from: number): VerifiedSlice => {
    const segment = segmentFrom.get(org, from)
    if (segment === undefined) return { differences: [], next: null }
    const differences: string[] = []
    // The segment's list is verified once, together with its first entries.
    if (from <= segment.from) differences.push(...listed(index, segment))
    const found = index
      .prepare<[match: string, seq: number], number>(
        `select 1 from ${tableOf(segment.id)} where ${tableOf(segment.id)} match ? and rowid = ?`,
      )
      .pluck()
    const began = performance.now()
    for (const row of texts.iterate(org, Math.max(from, segment.from), segment.to)) {
      const [seq] = row
      const probe = probeOf(row)
      if (probe !== null && found.get(probe, seq) === undefined)
        differences.push(`The full-text index does not find the entry at position ${seq} by its text.`)
      if (performance.now() - began > LIMITS.textSliceMs) return { differences, next: seq + 1 }
    }
    return { differences, next: segment.to + 1 }
  }
}

function listed(index: Sqlite.Database, { id, from, to, entries }: Segment): string[] {
  const list = index
    .prepare<[string], number>(`select rowid from ${tableOf(id)} where ${tableOf(id)} match ?`)
    .pluck()
    .all(EVERY_ENTRY)
  const differences: string[] = []
  if (list.length !== entries)
    differences.push(
      `The full-text index lists ${list.length} entries between positions ${from} and ${to}; ${entries} were taken in.`,
    )
  const twice = list.find((seq, at) => at > 0 && seq <= (list[at - 1] ?? 0))
  if (twice !== undefined) differences.push(`The full-text index lists the entry at position ${twice} twice.`)
  const outside = list.find((seq) => seq < from || seq > to)
  if (outside !== undefined)
    differences.push(`The full-text index lists position ${outside}, which is not between ${from} and ${to}.`)
  return differences
}
