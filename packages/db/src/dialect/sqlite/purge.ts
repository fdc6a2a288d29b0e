import type { OrgId } from '@sentinelmesh/api'
import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Schema } from '../../schema.ts'

/**
 * Removes the org's entries that arrived first among those that arrived before `receivedBefore` (microseconds), at most
 * `most`, and records which positions are gone. Roll-ups stay: they say what was, not what is kept.
 */
export async function purge(tx: Kysely<Schema>, org: OrgId, receivedBefore: number, most: number): Promise<number> {
  const doomed = await tx
    .selectFrom('entries')
    .innerJoin('payloads', 'payloads.pos', 'entries.pos')
    .select(['entries.pos', 'entries.seq', 'payloads.size'])
    .where('entries.org', '=', org)
    .where('entries.received_at', '<', receivedBefore)
    .orderBy('entries.received_at')
    .orderBy('entries.seq')
    .limit(most)
    .execute()
  if (doomed.length === 0) return 0

  const positions = sql<number>`(select value from json_each(${JSON.stringify(doomed.map(({ pos }) => pos))}))`
  for (const table of ['matches', 'payloads', 'entries'] as const)
    await tx.deleteFrom(table).where('pos', 'in', positions).execute()
  await tx
    .updateTable('org_heads')
    .set((eb) => ({
      entries: eb('entries', '-', doomed.length),
      bytes: eb(
        'bytes',
        '-',
        doomed.reduce((sum, { size }) => sum + size, 0),
      ),
    }))
    .where('org', '=', org)
    .execute()
  for (const range of rangesOf(doomed.map(({ seq }) => seq))) await recordGap(tx, org, range)
  return doomed.length
}

interface Range {
  readonly from: number
  readonly to: number
}

function rangesOf(positions: readonly number[]): Range[] {
  const ranges: { from: number; to: number }[] = []
  for (const seq of [...positions].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last !== undefined && seq === last.to + 1) last.to = seq
    else ranges.push({ from: seq, to: seq })
  }
  return ranges
}

/** Joined with neighbours of the same reason: purging for years leaves one row, not one a slice. */
async function recordGap(tx: Kysely<Schema>, org: OrgId, { from, to }: Range): Promise<void> {
  const neighbours = await tx
    .deleteFrom('gaps')
    .where('org', '=', org)
    .where('reason', '=', RETENTION)
    .where((eb) => eb.or([eb('to_seq', '=', from - 1), eb('from_seq', '=', to + 1)]))
    .returning(['from_seq', 'to_seq'])
    .execute()
  await tx
    .insertInto('gaps')
    .values({
      org,
      from_seq: Math.min(from, ...neighbours.map((gap) => gap.from_seq)),
      to_seq: Math.max(to, ...neighbours.map((gap) => gap.to_seq)),
      reason: RETENTION,
    })
    .execute()
}

const RETENTION = 'retention'
