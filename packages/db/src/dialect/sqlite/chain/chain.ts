import { hash } from 'node:crypto'
import type Sqlite from 'better-sqlite3'
import { sql } from 'kysely'
import type { Schema } from '../../../schema.ts'
import { HASH_BYTES, headAfter } from '../../../chain-head.ts'
import { statements } from '../connection/statements.ts'

/**
 * Each org's log as a hash chain, so that a change of what is stored can be found. `docs/integrity.md` has it for another
 * program to recompute:
 *   leaf = SHA-256(salt ‖ description ‖ LF ‖ payload)
 *   root = the Merkle tree hash of RFC 6962 over the leaves of one batch
 *   head = SHA-256(head before ‖ from ‖ to ‖ root), the first one on the hash of the org's uid
 * A leaf says nothing of its entry once the salt is gone, so retention and erasure leave it where it is.
 */

/**
 * First in each description, and one for each list of columns: those of an earlier version go on being described by it,
 * so that what was stored then is proved still. An entry has the third where the column of `undecided` says anything, else
 * the second where one of the columns of `verdicts` does.
 */
const [WITHOUT_VERDICT, WITH_VERDICT, WITH_UNDECIDED] = ['v1', 'v2', 'v3']

/** What a description is made of: all that is stored, but the salt and what only SQLite needs. */
export const LEAF_COLUMNS = {
  entries: [
    'seq',
    'uid',
    'at',
    'received_at',
    'timestamp_text',
    'sender',
    'receiver',
    'kind',
    'kind_assumed',
    'session',
    'context',
    'risk',
    'band',
    'reported_risk',
    'source_id',
    'content_hash',
    'reported_by',
    'surface',
    'remote_address',
    'flags',
    'product',
    'category',
    'service',
    'masked',
  ],
  verdicts: ['computed_id', 'verdict', 'would'],
  undecided: ['undecided'],
  payloads: ['type', 'size', 'snippet', 'snippet_marks', 'attributes'],
  matches: [
    'rule_id',
    'rule_hash',
    'title',
    'level',
    'points',
    'family',
    'contributes',
    'places',
    'selections',
    'filtered_by',
  ],
} as const satisfies { readonly [Table in 'entries' | 'payloads' | 'matches']: readonly (keyof Schema[Table])[] } & {
  readonly [Columns in 'verdicts' | 'undecided']: readonly (keyof Schema['entries'])[]
}

/** A value of a description; BLOBs stand in it as lower-case hex. */
export type Described = string | number | null

/** The leaf of one entry, its 32 bytes as Latin-1: several times faster to get than a buffer of its own. */
export type LeafHasher = (salt: Uint8Array, description: string, payload: Uint8Array) => string

export function leafHasher(): LeafHasher {
  let room = Buffer.allocUnsafe(64 * 1024)
  return (salt, description, payload) => {
    const most = salt.length + description.length * UTF8_MOST + 1 + payload.length
    if (most > room.length) room = Buffer.allocUnsafe(most * 2)
    room.set(salt, 0)
    let end = salt.length
    end += room.write(description, end, 'utf8')
    room[end++] = LINE_FEED
    room.set(payload, end)
    end += payload.length
    return hash('sha256', room.subarray(0, end), 'binary')
  }
}
/** Bytes of a UTF-16 unit in UTF-8. */
const UTF8_MOST = 3
const LINE_FEED = 0x0a

/**
 * One line of JSON as RFC 8785 writes it. `values` are those of `LEAF_COLUMNS.entries`, then of `payloads`; `verdicts`,
 * `undecided` and `matches` have theirs, in their order.
 */
export function describe(
  values: readonly Described[],
  verdicts: readonly Described[],
  undecided: readonly Described[],
  matches: readonly (readonly Described[])[],
): string {
  if (undecided.some((value) => value !== null))
    return JSON.stringify([WITH_UNDECIDED, ...values, ...verdicts, ...undecided, matches])
  return verdicts.every((value) => value === null)
    ? JSON.stringify([WITHOUT_VERDICT, ...values, matches])
    : JSON.stringify([WITH_VERDICT, ...values, ...verdicts, matches])
}

/** RFC 6962, 2.1, over what stands in `leaves`, 32 bytes each. Of none it is the hash of nothing. */
export function merkleRoot(leaves: Uint8Array): Buffer {
  let count = leaves.length / HASH_BYTES
  if (count === 0) return hash('sha256', '', 'buffer')
  const nodes = Buffer.allocUnsafe(leaves.length)
  const leaf = Buffer.alloc(1 + HASH_BYTES)
  for (let at = 0; at < leaves.length; at += HASH_BYTES) {
    leaf.set(leaves.subarray(at, at + HASH_BYTES), 1)
    nodes.write(hash('sha256', leaf, 'binary'), at, 'latin1')
  }
  const pair = Buffer.alloc(1 + 2 * HASH_BYTES, 1)
  // Pairs, level by level; one left over goes up as it is: the same tree as splitting at powers of two from above.
  while (count > 1) {
    const pairs = count >> 1
    for (let n = 0; n < pairs; n++) {
      nodes.copy(pair, 1, n * 2 * HASH_BYTES, (n + 1) * 2 * HASH_BYTES)
      nodes.write(hash('sha256', pair, 'binary'), n * HASH_BYTES, 'latin1')
    }
    if (count % 2 === 1) nodes.copy(nodes, pairs * HASH_BYTES, (count - 1) * HASH_BYTES, count * HASH_BYTES)
    count = pairs + (count % 2)
  }
  return nodes.subarray(0, HASH_BYTES)
}

/** The root of positions that were given to no entry: those that a restore leaves free. */
export const NEVER_STORED = merkleRoot(new Uint8Array(0))

/** What the first link of an org's chain follows: a chain cannot be passed off as another org's. */
export function genesis(uid: string): Buffer {
  return hash('sha256', `sentinelmesh chain v1\n${uid}`, 'buffer')
}

/** Adds links, in the caller's transaction. `leaves` null: of these positions no entry was ever stored here. */
export function prepareLink(
  db: Sqlite.Database,
): (org: number, from: number, to: number, leaves: Buffer | null) => void {
  const last = db.prepare<[number], { head: Buffer }>(
    statements
      .selectFrom('chain')
      .select('head')
      .where('org', '=', 0)
      .orderBy('to_seq', 'desc')
      .limit(sql.lit(1))
      .compile().sql,
  )
  const uid = db.prepare<[number], { uid: string }>(
    statements.selectFrom('orgs').select('uid').where('id', '=', 0).compile().sql,
  )
  const insert = db.prepare<[number, number, number, Buffer | null, Buffer, Buffer]>(
    statements
      .insertInto('chain')
      .values({ org: 0, to_seq: 0, from_seq: 0, leaves: null, root: EXAMPLE, head: EXAMPLE })
      .compile().sql,
  )
  return (org, from, to, leaves) => {
    const before = last.get(org)?.head ?? genesis(uid.get(org)?.uid ?? '')
    const root = leaves === null ? NEVER_STORED : merkleRoot(leaves)
    insert.run(org, to, from, leaves, root, headAfter(before, from, to, root))
  }
}
/** Only its place in the statement matters. */
const EXAMPLE = new Uint8Array(HASH_BYTES)
