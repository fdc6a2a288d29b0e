import type { Entry } from '@sentinelmesh/rules'
import type { Timestamp } from '@sentinelmesh/telemetry/timestamp'

/** An entry that is within all bounds, repaired and typed: the input of judging and storing. */
export interface ParsedEntry {
  readonly entry: Entry
  readonly timestamp: Timestamp
  readonly kindAssumed: boolean
  readonly sourceId: string | null
  readonly textRepaired: boolean
  /** Null unless a mapper built the entry. */
  readonly mapped: Mapped | null
  /** Attributes that only this server can establish. Rules see them, and they are stored. Hashes do not include them. */
  readonly marks?: Readonly<Record<string, string>>
}

/** Additional fields of an entry that a mapper built. */
export interface Mapped {
  /** Identifies the occurrence in the computed id. Null: every report becomes a new entry. */
  readonly anchor: string | null
  /** JSON of the attributes for which there was no room: judged, and not kept. */
  readonly dropped: string | null
  /** A name was cut, or attributes were dropped. */
  readonly cut: boolean
}
