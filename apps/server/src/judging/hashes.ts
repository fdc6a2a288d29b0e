import { computedId } from './computed-id.ts'
import { contentHash, NO_HASH } from './content-hash.ts'
import type { ParsedEntry } from './parsed-entry.ts'

/** The hashes that identify an entry that is reported again. */
export interface Hashes {
  /** `NO_HASH` without an id of its own. */
  readonly content: Uint8Array
  /** Null for an entry that no other report can repeat. */
  readonly judged: Uint8Array | null
  /** The same for an entry that took effect before it was judged. */
  readonly unjudged: Uint8Array | null
}

export function hashesOf(parsed: ParsedEntry, key: Uint8Array): Hashes {
  return {
    content: contentHashOf(parsed, key),
    judged: computedIdOf(parsed, key, false),
    unjudged: computedIdOf(parsed, key, true),
  }
}

export function contentHashOf({ entry, sourceId, timestamp }: ParsedEntry, key: Uint8Array): Uint8Array {
  return sourceId === null ? NO_HASH : contentHash(key, entry, timestamp.text)
}

/** That a call went by unjudged is stored also where another source has already reported the call. */
export function computedIdOf({ entry, mapped }: ParsedEntry, key: Uint8Array, unjudged: boolean): Uint8Array | null {
  if (mapped === null || mapped.anchor === null) return null
  const anchor = unjudged ? `late ${mapped.anchor}` : mapped.anchor
  return computedId(key, { kind: entry.kind, anchor, payload: entry.payload })
}
