import type { Event, EventLeaf, FieldTable } from './event.ts'
import type { Found } from './found.ts'
import type { Range } from './leaf-place.ts'
import type { Entry, LogSource } from '../entry.ts'

/** What an entry is to rules of other log sources: an event that is worked out of it, and of which nothing is stored. */
export interface View {
  /** The category of its log source. */
  readonly name: string
  /** Its number among the views of that name, from 0. */
  readonly index: number
  readonly logsource: LogSource
  /** A field that is not known is absent. */
  readonly fields: ReadonlyMap<string, readonly ViewText[]>
  /** How a match names it: `process_creation[1]`. */
  readonly title: string
  /** The text of a JSON object of its fields. */
  json(): string
  /** As an event for rules. */
  event(table: FieldTable): Event
  /** What was found in that event, with its places in the entry, and as one with what was found for the rule before. */
  inEntry(found: Found, before: Found | undefined): Found
}

/** A text of a view with what it was made from. */
export interface ViewText {
  readonly text: string
  /** In order, without gaps. */
  readonly pieces: readonly Piece[]
}

/** One run of the text. */
export interface Piece extends Range {
  /**
   * `copied`: as it stands in the leaf, unit for unit; `decoded`: read from it; `made`: nobody wrote it, but it was made
   * because of that part.
   */
  readonly how: 'copied' | 'decoded' | 'made'
  /** A text of the entry; null where it was made because of none. */
  readonly leaf: EventLeaf | null
  readonly from: number
  readonly to: number
}

/** Why an entry may have done more than its views say. */
export type Incomplete = 'too_many' | 'too_deep' | 'too_long' | 'unreadable'

export interface ViewList extends ReadonlyArray<View> {
  readonly incomplete: Incomplete | null
  /** Nothing in the entry says on what system it happened: Linux is taken. */
  readonly systemAssumed: boolean
}

export type ViewsOf = (entry: Entry) => ViewList

export interface EntryOptions {
  /** Rules of other log sources are tried on these as well. */
  readonly views?: ViewsOf
}
