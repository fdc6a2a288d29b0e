import type { OrgId } from '@sentinelmesh/api'
import type { Insertable } from 'kysely'
import type { Transaction } from '../../database.ts'
import type { JudgedEntry } from '../../log-store.ts'
import type { Schema } from '../../schema.ts'

/** Postgres numbers the parameters of a statement with 16 bits; an entry has about 30 columns. */
const ROWS_PER_STATEMENT = 1_000

/** Stores entries for the stores that read them. It is no log: it has no chain, no roll-ups, and no duplicates. */
export async function insertEntries(tx: Transaction, org: OrgId, entries: readonly JudgedEntry[]): Promise<void> {
  const head = await tx.selectFrom('org_heads').select('head_seq').where('org', '=', org).executeTakeFirst()
  const first = (head?.head_seq ?? 0) + 1
  for (let from = 0; from < entries.length; from += ROWS_PER_STATEMENT)
    await insertSome(tx, org, entries.slice(from, from + ROWS_PER_STATEMENT), first + from)
  const bytes = entries.reduce((sum, { payload }) => sum + Buffer.byteLength(payload.text), 0)
  await tx
    .insertInto('org_heads')
    .values({ org, head_seq: entries.length, entries: entries.length, bytes })
    .onConflict((conflict) =>
      conflict.column('org').doUpdateSet((eb) => ({
        head_seq: eb('org_heads.head_seq', '+', eb.ref('excluded.head_seq')),
        entries: eb('org_heads.entries', '+', eb.ref('excluded.entries')),
        bytes: eb('org_heads.bytes', '+', eb.ref('excluded.bytes')),
      })),
    )
    .execute()
}

async function insertSome(tx: Transaction, org: OrgId, entries: readonly JudgedEntry[], first: number): Promise<void> {
  const stored = await tx
    .insertInto('entries')
    .values(entries.map((entry, index) => toRow(org, first + index, entry)))
    .returning(['pos', 'seq'])
    .execute()
  const posOf = new Map(stored.map(({ pos, seq }) => [seq, pos]))
  const rows = entries.map((entry, index) => ({ entry, seq: first + index, pos: posOf.get(first + index) ?? 0 }))
  await tx
    .insertInto('payloads')
    .values(
      rows.map(({ pos, entry: { payload, attributes } }) => ({
        pos,
        type: payload.type,
        size: Buffer.byteLength(payload.text),
        attributes,
        bytes: Buffer.from(payload.text),
      })),
    )
    .execute()
  const matches = rows.flatMap(({ entry, ...at }) => entry.matches.map((match, ordinal) => ({ ...at, match, ordinal })))
  if (matches.length === 0) return
  await tx
    .insertInto('matches')
    .values(
      matches.map(({ pos, seq, ordinal, match }) => ({
        pos,
        seq,
        ordinal,
        org,
        rule_id: match.ruleId,
        rule_hash: match.ruleHash,
        title: match.title,
        level: match.level,
        points: match.points,
        family: match.family,
        contributes: Number(match.contributes),
        places: JSON.stringify(match.places),
        filtered_by: match.filteredBy,
      })),
    )
    .execute()
}

function toRow(org: OrgId, seq: number, entry: JudgedEntry): Insertable<Schema['entries']> {
  return {
    org,
    seq,
    uid: entry.id,
    at: entry.at,
    received_at: entry.receivedAt,
    sender: entry.sender,
    receiver: entry.receiver,
    kind: entry.kind,
    kind_assumed: Number(entry.kindAssumed),
    session: entry.session,
    context: entry.context,
    risk: entry.risk,
    band: entry.band,
    content_hash: entry.contentHash,
    leaf_salt: entry.leafSalt,
    reported_by: entry.reportedBy,
    surface: entry.surface,
    flags: 0,
  }
}
