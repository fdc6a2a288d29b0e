import type { OrgId } from '@sentinelmesh/api'
import { type RawBuilder, sql } from 'kysely'
import { LIMITS } from '../../../limits.ts'
import { type Readers, rowsOf, statement } from '../read/readers.ts'

/** Sums over a range of positions. */
interface RangeSums {
  readonly entries: number
  readonly bytes: number
  readonly removed: number
}

/** Attempts in slices. If entries are removed during each of them, the last attempt uses one long statement. */
const ATTEMPTS = 3

/**
 * Verifies that every position up to the head is an entry or in a gap, and that the org's counters of entries and bytes
 * are correct. Runs in slices, each in its own read transaction.
 */
export async function verifyCounters(readers: Readers, org: OrgId): Promise<string[]> {
  for (let attempt = 1; ; attempt++) {
    const rows = attempt > ATTEMPTS ? Number.MAX_SAFE_INTEGER : LIMITS.verifySliceRows
    const { findings, changed } = await verifyOnce(readers, org, rows)
    if (!changed || attempt > ATTEMPTS) return findings
  }
}

async function verifyOnce(
  readers: Readers,
  org: OrgId,
  rows: number,
): Promise<{ readonly findings: string[]; readonly changed: boolean }> {
  const findings: string[] = []
  const [first] = await readers.run('search', [statement(selectHead(org))])
  const head = rowsOf<Head>(first)[0]?.head_seq ?? 0
  let entries = 0
  let bytes = 0
  let removed = 0
  for (let from = 0; from < head; from = Math.min(head, from + rows)) {
    const to = Math.min(head, from + rows)
    const [result] = await readers.run('search', [statement(selectSums(org, from, to))])
    const sums = sumsOf(rowsOf<RangeSums>(result))
    if (sums.entries + sums.removed !== to - from)
      findings.push(
        `Of the positions ${from + 1} to ${to}, ${sums.entries} are stored and ${sums.removed} are recorded as removed; that should be ${to - from} together.`,
      )
    entries += sums.entries
    bytes += sums.bytes
    removed += sums.removed
  }

  // In one snapshot: the counters, the entries that arrived since the first read, and whether any were removed since.
  const [counters, later, now] = await readers.run('search', [
    statement(selectHead(org)),
    statement(selectSums(org, head, Number.MAX_SAFE_INTEGER)),
    statement(selectRemoved(org, head)),
  ])
  const counted = rowsOf<Head>(counters)[0] ?? { head_seq: 0, entries: 0, bytes: 0 }
  const since = sumsOf(rowsOf<RangeSums>(later))
  const changed = (rowsOf<{ removed: number }>(now)[0]?.removed ?? 0) !== removed
  if (counted.entries !== entries + since.entries)
    findings.push(`The counter says that ${counted.entries} entries are stored; there are ${entries + since.entries}.`)
  if (counted.bytes !== bytes + since.bytes)
    findings.push(`The counter says that payloads have ${counted.bytes} bytes; they have ${bytes + since.bytes}.`)
  return { findings, changed }
}

interface Head {
  readonly head_seq: number
  readonly entries: number
  readonly bytes: number
}

function selectHead(org: OrgId): RawBuilder<unknown> {
  return sql`select head_seq, entries, bytes from org_heads where org = ${org}`
}

function sumsOf([sums = { entries: 0, bytes: 0, removed: 0 }]: readonly RangeSums[]): RangeSums {
  return sums
}

function selectSums(org: OrgId, after: number, to: number): RawBuilder<unknown> {
  return sql`select count(*) as entries, coalesce(sum(size), 0) as bytes, (
      select coalesce(sum(min(to_seq, ${to}) - max(from_seq, ${after + 1}) + 1), 0) from gaps
      where org = ${org} and to_seq > ${after} and from_seq <= ${to}
    ) as removed
    from entries join payloads using (pos) where org = ${org} and seq > ${after} and seq <= ${to}`
}

function selectRemoved(org: OrgId, to: number): RawBuilder<unknown> {
  return sql`select coalesce(sum(min(to_seq, ${to}) - from_seq + 1), 0) as removed from gaps
    where org = ${org} and from_seq <= ${to}`
}
