import type { Event, EventLeaf, FieldTable } from './event.ts'
import type { Found } from './found.ts'
import type { Range } from './leaf-place.ts'
import type { Entry, LogSource } from '../entry.ts'
import type { Suspicion } from '../redact/entry-secrets.ts'

/** An event derived from an entry so that rules of another log source apply to it. It is never stored. */
export interface View {
  /** The category of its log source, or `decoded`. */
  readonly name: string
  /** Its index among the entry's views of the same name, from 0. */
  readonly index: number
  readonly logsource: LogSource
  /** Returns whether rules can read a field of this name: one of its own, or one of the entry. */
  has(field: string): boolean
  /** Unknown fields are absent. */
  readonly fields: ViewFields
  /** The name that matches show, such as `process_creation[1]`. */
  readonly title: string
  /** Its fields as the text of a JSON object. */
  json(): string
  /** The event that rules are evaluated on. */
  event(table: FieldTable): Event
  /**
   * Maps the places of `found` from that event to the entry, and merges it with the rule's result `before`. Returns
   * `before` if the match does not count.
   */
  inEntry(found: Found, before: Found | undefined): Found | undefined
}

export type ViewFields = ReadonlyMap<string, readonly ViewText[]>

/** A text of a view and the parts of the entry that it comes from. */
export interface ViewText {
  readonly text: string
  /** In order, without gaps. */
  readonly pieces: readonly Piece[]
}

/** One run of a view's text, with its origin. */
export interface Piece extends Range {
  /**
   * `copied`: identical to the leaf's text, unit for unit; `decoded`: decoded from that part of the leaf; `made`: not
   * written anywhere, but added because of that part.
   */
  readonly how: 'copied' | 'decoded' | 'made'
  /** The leaf of the entry that it comes from; null for a run that no leaf caused. */
  readonly leaf: EventLeaf | null
  readonly from: number
  readonly to: number
}

/** Why the views may not cover everything that the entry did. */
export type Incomplete = 'too_many' | 'too_deep' | 'too_long' | 'unreadable'

export interface ViewList extends ReadonlyArray<View> {
  readonly incomplete: Incomplete | null
  /** True if the entry does not name an operating system, so that Linux was assumed. */
  readonly systemAssumed: boolean
}

/**
 * Derives the views of an entry. `suspicion` says where secrets may be: null for anywhere. Without it, nowhere.
 */
export type ViewsOf = (entry: Entry, suspicion?: Suspicion) => ViewList

export interface EntryOptions {
  /** Derives the views that rules of other log sources are evaluated on. */
  readonly views?: ViewsOf
}
