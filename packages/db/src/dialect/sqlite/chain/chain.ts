import { hash } from 'node:crypto'
import type Sqlite from 'better-sqlite3'
import { sql } from 'kysely'
import type { Schema } from '../../../schema.ts'
import { HASH_BYTES, headAfter } from '../../../chain-head.ts'
import { statements } from '../connection/statements.ts'

/**
 * Each org's log as a hash chain, so that changes to stored entries can be detected. `docs/integrity.md` describes how
 * another program can recompute it:
 *   leaf = SHA-256(salt ‖ description ‖ LF ‖ payload)
 *   root = the Merkle tree hash of RFC 6962 over the leaves of one batch
 *   head = SHA-256(head before ‖ from ‖ to ‖ root), the first one on the hash of the org's uid
 * Without its salt, a leaf reveals nothing about its entry, so retention and erasure leave it in place.
 */

/**
 * The version that begins a description; each has its own list of columns. Entries keep the version that they were
 * stored with, so that their leaves stay valid. An entry has v3 if its `undecided` column is set, otherwise v2 if one
 * of its `verdicts` columns is set, otherwise v1.
 */
const [WITHOUT_VERDICT, WITH_VERDICT, WITH_UNDECIDED] = ['v1', 'v2', 'v3']

/** The columns of a description: everything stored except the salt and values that only SQLite needs. */
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

/** A value of a description. BLOBs are written as lower-case hex. */
export type Described = string | number | null

/** Returns the 32 bytes of a leaf as a Latin-1 string, which is several times faster than a new buffer. */
export type LeafHasher = (salt: Uint8Array, description: string, payload: Uint8Array) => string

export function leafHasher(): LeafHasher {
  let buffer = Buffer.allocUnsafe(64 * 1024)
  return (salt, description, payload) => {
    const needed = salt.length + description.length * MAX_UTF8_BYTES + 1 + payload.length
    if (needed > buffer.length) buffer = Buffer.allocUnsafe(needed * 2)
    buffer.set(salt, 0)
    let end = salt.length
    end += buffer.write(description, end, 'utf8')
    buffer[end++] = LINE_FEED
    buffer.set(payload, end)
    end += payload.length
    return hash('sha256', buffer.subarray(0, end), 'binary')
  }
}
/** Maximum UTF-8 bytes per UTF-16 unit. */
const MAX_UTF8_BYTES = 3
const LINE_FEED = 0x0a

/**
 * One line of JSON in the canonical form of RFC 8785. `values` are those of `LEAF_COLUMNS.entries`, then those of
 * `LEAF_COLUMNS.payloads`. `verdicts`, `undecided`, and `matches` have the values of their own columns, in order.
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

/** The Merkle tree hash of RFC 6962, section 2.1, over `leaves` of 32 bytes each. Without leaves: the empty hash. */
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
  // Hashes pairs level by level and moves an odd node up unchanged. RFC 6962's top-down split gives the same tree.
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

/** The root of positions without an entry, which a restore leaves free. */
export const NEVER_STORED = merkleRoot(new Uint8Array(0))

/** The head before the first link. It depends on the org, so that a chain cannot be passed off as another org's. */
export function genesis(uid: string): Buffer {
  return hash('sha256', `sentinelmesh chain v1\n${uid}`, 'buffer')
}

/** Adds links in the caller's transaction. `leaves` is null if no entry was ever stored at these positions. */
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
    const previous = last.get(org)?.head ?? genesis(uid.get(org)?.uid ?? '')
    const root = leaves === null ? NEVER_STORED : merkleRoot(leaves)
    insert.run(org, to, from, leaves, root, headAfter(previous, from, to, root))
  }
}
/** A placeholder; only the parameter's position matters. */
const EXAMPLE = new Uint8Array(HASH_BYTES)
