import type { Entry } from '@sentinelmesh/rules'
import type { Timestamp } from '@sentinelmesh/telemetry/timestamp'

/** An entry that is within all bounds, repaired and typed; what judging and storing rest on. */
export interface ParsedEntry {
  readonly entry: Entry
  readonly timestamp: Timestamp
  readonly kindAssumed: boolean
  readonly sourceId: string | null
  readonly textRepaired: boolean
  /** Null for what came as an entry. */
  readonly mapped: Mapped | null
}

/** What a mapper's entry has beside. */
export interface Mapped {
  /** The part of its computed id that says which occurrence it is; null: every report is an entry of its own. */
  readonly anchor: string | null
  /** JSON of the attributes for which there was no room: judged, and not kept. */
  readonly dropped: string | null
  /** A name was cut, or attributes were dropped. */
  readonly cut: boolean
}
