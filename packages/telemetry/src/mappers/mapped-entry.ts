import type { Kind, Payload, System } from '@sentinelmesh/rules'

/** An entry made from a record or a hook call. Texts are as sent, of any length: bounds and redaction come later. */
export interface MappedEntry {
  /**
   * The name of the dialect or hook client; `other` if no dialect claims the record and the key stores such records.
   * The `service` of the entry's log source.
   */
  readonly source: string
  readonly kind: Kind
  readonly sender: string
  readonly receiver: string | null
  /** The record's own session; if null, that of its trace counts. */
  readonly session: string | null
  readonly context: string | null
  readonly payload: Payload
  /** Microseconds UTC; null stands for the time of arrival. */
  readonly at: number | null
  /** Flat, under the names that `docs` list for mapped entries. */
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  /** The operating system that the resource names. Rules read it; it is not one of the entry's attributes. */
  readonly system?: System
  /** Identifies the occurrence, so that another report is a duplicate (`anchorOf`). Null: every report is an entry. */
  readonly anchor: string | null
}
