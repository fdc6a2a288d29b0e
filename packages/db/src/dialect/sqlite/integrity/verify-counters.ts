import type { OrgId } from '@sentinelmesh/api'
import { type RawBuilder, sql } from 'kysely'
import { LIMITS } from '../../../limits.ts'
import { type Readers, rowsOf, statement } from '../read/readers.ts'

/** What a range of positions holds. */
interface Held {
  readonly entries: number
  readonly bytes: number
  readonly removed: number
}

/** How often the bytes are added up again when something was removed meanwhile; after that in one long statement. */
const ATTEMPTS = 3

/**
 * Every position up to the head is an entry or in a gap, and the org's counters say how many entries and bytes there are.
 * Looked at in slices, each a read transaction of its own.
 */
export async function verifyCounters(readers: Readers, org: OrgId): Promise<string[]> {
  for (let attempt = 1; ; attempt++) {
    const rows = attempt > ATTEMPTS ? Number.MAX_SAFE_INTEGER : LIMITS.verifySliceRows
    const { findings, disturbed } = await lookOnce(readers, org, rows)
    if (!disturbed || attempt > ATTEMPTS) return findings
  }
}

async function lookOnce(
  readers: Readers,
  org: OrgId,
  rows: number,
): Promise<{ readonly findings: string[]; readonly disturbed: boolean }> {
  const findings: string[] = []
  const [first] = await readers.run('search', [statement(selectHead(org))])
  const head = rowsOf<Head>(first)[0]?.head_seq ?? 0
  let entries = 0
  let bytes = 0
  let removed = 0
  for (let from = 0; from < head; from = Math.min(head, from + rows)) {
    const to = Math.min(head, from + rows)
    const [result] = await readers.run('search', [statement(selectHeld(org, from, to))])
    const held = heldOf(rowsOf<Held>(result))
    if (held.entries + held.removed !== to - from)
      findings.push(
        `Of the positions ${from + 1} to ${to}, ${held.entries} are stored and ${held.removed} are recorded as removed; that should be ${to - from} together.`,
      )
    entries += held.entries
    bytes += held.bytes
    removed += held.removed
  }

  // Of one state: what the counters say, what came after the first look, and whether something was removed since.
  const [counters, later, now] = await readers.run('search', [
    statement(selectHead(org)),
    statement(selectHeld(org, head, Number.MAX_SAFE_INTEGER)),
    statement(selectRemoved(org, head)),
  ])
  const counted = rowsOf<Head>(counters)[0] ?? { head_seq: 0, entries: 0, bytes: 0 }
  const since = heldOf(rowsOf<Held>(later))
  const disturbed = (rowsOf<{ removed: number }>(now)[0]?.removed ?? 0) !== removed
  if (counted.entries !== entries + since.entries)
    findings.push(`The counter says that ${counted.entries} entries are stored; there are ${entries + since.entries}.`)
  if (counted.bytes !== bytes + since.bytes)
    findings.push(`The counter says that payloads have ${counted.bytes} bytes; they have ${bytes + since.bytes}.`)
  return { findings, disturbed }
}

interface Head {
  readonly head_seq: number
  readonly entries: number
  readonly bytes: number
}

function selectHead(org: OrgId): RawBuilder<unknown> {
  return sql`select head_seq, entries, bytes from org_heads where org = ${org}`
}

function heldOf([held = { entries: 0, bytes: 0, removed: 0 }]: readonly Held[]): Held {
  return held
}

function selectHeld(org: OrgId, after: number, to: number): RawBuilder<unknown> {
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
