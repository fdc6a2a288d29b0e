import type { OrgId } from '@sentinelmesh/api'
import { LIMITS } from '../../../limits.ts'
import type { SeqRange } from '../../../log-store.ts'
import { StatementError } from '../connection/errors.ts'
import { TEXT_DAMAGED, TEXT_INDEX, type ReadStatement } from '../threads/protocol.ts'
import { type Readers, rowsOf } from '../read/readers.ts'
import { lengthOf, type Segment, uncovered } from './segments.ts'
import { tableOf } from './text.ts'

/** Entries that may match; no other entry does. Some may be deleted, and each must still be tested. */
export interface Candidates {
  /** Positions that the index returned. */
  readonly seqs: readonly number[]
  /** Ranges that the index does not cover. */
  readonly unknown: readonly SeqRange[]
}

interface Question {
  /** An FTS5 expression. */
  readonly match: string
  /** The range from the first stored position to the head. */
  readonly range: SeqRange
  readonly most: number
}

/**
 * Queries the index, newest segments first, a few per request. Returns null if it finds more than `most` entries,
 * exceeds its deadline, or cannot be read. The caller then scans the log.
 */
export async function findCandidates(readers: Readers, org: OrgId, question: Question): Promise<Candidates | null> {
  try {
    return await queryIndex(readers, org, question)
  } catch (error) {
    if (!isIndexFailure(error)) throw error
  }
  // A segment may have been dropped in between, so retry once. Any other fault fails again.
  try {
    return await queryIndex(readers, org, question)
  } catch (error) {
    if (!isIndexFailure(error)) throw error
    return null
  }
}

async function queryIndex(readers: Readers, org: OrgId, { match, range, most }: Question): Promise<Candidates | null> {
  const endAt = performance.now() + LIMITS.textPlanMs
  const [segmentRows] = await readers.run('search', [segmentsOf(org)])
  const segments = rowsOf<Segment>(segmentRows)
  if (segments.length === 0) return null
  const seqs: number[] = []
  // Begins with one segment, since for a frequent word one may already exceed `most`.
  let batchSize = 1
  for (let at = segments.length; at > 0;) {
    if (seqs.length > most || performance.now() > endAt) return null
    const batch = segments.slice(Math.max(0, at - batchSize), at).toReversed()
    at -= batchSize
    batchSize = Math.min(batchSize * 2, LIMITS.textPlanSegments)
    const left = most + 1 - seqs.length
    const found = await readers.run(
      'search',
      batch.map((segment) => entriesOf(segment, match, left)),
    )
    for (const result of found)
      for (const { json } of rowsOf<{ json: string }>(result))
        for (const seq of JSON.parse(json) as number[]) seqs.push(seq)
  }
  return seqs.length > most ? null : { seqs, unknown: uncovered(segments, range) }
}

function isIndexFailure(error: unknown): boolean {
  return error instanceof StatementError && (error.code === TEXT_INDEX || error.code === TEXT_DAMAGED)
}

/** All candidate positions, those that the index returned first; null if there are more than `most`. */
export function positionsOf({ seqs, unknown }: Candidates, most: number): readonly number[] | null {
  if (seqs.length + lengthOf(unknown) > most) return null
  return [...seqs, ...unknown.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, n) => from + n))]
}

function segmentsOf(org: OrgId): ReadStatement {
  const query = 'select id, from_seq as "from", to_seq as "to", entries from segments where org = ? order by from_seq'
  return { sql: query, parameters: [org], text: true }
}

/** Returns one JSON text, because one row per entry takes longer to transfer than to find. */
function entriesOf({ id }: Segment, match: string, most: number): ReadStatement {
  const table = tableOf(id)
  const query = `select json_group_array(seq) as json from (select rowid as seq from ${table} where ${table} match ? limit ?)`
  return { sql: query, parameters: [match, most], text: true }
}
