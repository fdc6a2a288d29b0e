import type { OrgId } from '@sentinelmesh/api'
import { LIMITS } from '../../../limits.ts'
import type { SeqRange } from '../../../log-store.ts'
import { StatementError } from '../connection/errors.ts'
import { TEXT_DAMAGED, TEXT_INDEX, type ReadStatement } from '../threads/protocol.ts'
import { type Readers, rowsOf } from '../read/readers.ts'
import { lengthOf, type Segment, uncovered } from './segments.ts'
import { tableOf } from './text.ts'

/** Entries that may be meant; all others are not. Some are no longer stored, and most need a closer look. */
export interface Candidates {
  /** Named by the index. */
  readonly seqs: readonly number[]
  /** Not covered by the index. */
  readonly unknown: readonly SeqRange[]
}

interface Question {
  /** An FTS5 expression. */
  readonly match: string
  /** From the first position that is stored to the head. */
  readonly range: SeqRange
  readonly most: number
}

/**
 * What the index says; null where it names more than `most`, takes too long, or cannot be read: then the log is gone
 * through. Newest first, a few segments a request.
 */
export async function findCandidates(readers: Readers, org: OrgId, question: Question): Promise<Candidates | null> {
  try {
    return await ask(readers, org, question)
  } catch (error) {
    if (!isOfIndex(error)) throw error
  }
  // A segment was dropped meanwhile; what is wrong otherwise is wrong the second time as well.
  try {
    return await ask(readers, org, question)
  } catch (error) {
    if (!isOfIndex(error)) throw error
    return null
  }
}

async function ask(readers: Readers, org: OrgId, { match, range, most }: Question): Promise<Candidates | null> {
  const endAt = performance.now() + LIMITS.textPlanMs
  const [segmentRows] = await readers.run('search', [segmentsOf(org)])
  const segments = rowsOf<Segment>(segmentRows)
  if (segments.length === 0) return null
  const seqs: number[] = []
  // One at first: of a frequent word that alone is too many, or half of it.
  let together = 1
  for (let at = segments.length; at > 0;) {
    if (seqs.length > most || performance.now() > endAt) return null
    const asked = segments.slice(Math.max(0, at - together), at).toReversed()
    at -= together
    together = Math.min(together * 2, LIMITS.textPlanSegments)
    const left = most + 1 - seqs.length
    const found = await readers.run(
      'search',
      asked.map((segment) => entriesOf(segment, match, left)),
    )
    for (const result of found)
      for (const { json } of rowsOf<{ json: string }>(result))
        for (const seq of JSON.parse(json) as number[]) seqs.push(seq)
  }
  return seqs.length > most ? null : { seqs, unknown: uncovered(segments, range) }
}

function isOfIndex(error: unknown): boolean {
  return error instanceof StatementError && (error.code === TEXT_INDEX || error.code === TEXT_DAMAGED)
}

/** All positions that may be meant, those of the index first; null where there are more than `most`. */
export function positionsOf({ seqs, unknown }: Candidates, most: number): readonly number[] | null {
  if (seqs.length + lengthOf(unknown) > most) return null
  return [...seqs, ...unknown.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, n) => from + n))]
}

function segmentsOf(org: OrgId): ReadStatement {
  const query = 'select id, from_seq as "from", to_seq as "to", entries from segments where org = ? order by from_seq'
  return { sql: query, parameters: [org], text: true }
}

/** As one text: a row each takes longer to cross than to find. */
function entriesOf({ id }: Segment, match: string, most: number): ReadStatement {
  const table = tableOf(id)
  const query = `select json_group_array(seq) as json from (select rowid as seq from ${table} where ${table} match ? limit ?)`
  return { sql: query, parameters: [match, most], text: true }
}
