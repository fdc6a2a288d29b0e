import type { SeqRange } from '../../../log-store.ts'

/**
 * The messages between the main thread and the workers. Every request has exactly one reply, in the order of the
 * requests, so neither has a number. Rows are arrays, because objects would repeat their keys in each row.
 */
export type SqlValue = string | number | bigint | null | Uint8Array

/** Overrides of `LIMITS`. */
export interface TextIndexSettings {
  readonly least: number
  readonly segmentEntries: number
  readonly segmentDay: number
  readonly sliceMs: number
}

export interface WorkerSettings {
  readonly file: string
  readonly busyTimeoutMs: number
  readonly preparedStatements: number
  /** Always `FULL`, except in the test that shows why. */
  readonly synchronous: 'FULL' | 'OFF'
  readonly checkpointPages?: number | undefined
  readonly textIndex?: Partial<TextIndexSettings> | undefined
}

export interface ReaderSettings extends WorkerSettings {
  /** The buffer of a `ReaderControl`. */
  readonly control: SharedArrayBuffer
}

export interface Failure {
  /** SQLite's, such as `SQLITE_CONSTRAINT_UNIQUE`, or one of ours. */
  readonly code: string
  readonly message: string
}

export type Reply<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure }

/** One entry: the values of its rows in `entries`, `payloads`, and `matches`, in column order. */
export type EntryValues = readonly [entry: SqlValue[], payload: SqlValue[], matches: readonly SqlValue[][]]

/** One call of `append`, which is stored completely or not at all. */
export type AppendCall = readonly [org: number, entries: readonly EntryValues[]]

/** The result of a call: its first seq if all entries were stored, otherwise one answer per entry, or the failure. */
export type AppendAnswer = number | readonly EntryAnswer[] | Failure

export type EntryAnswer =
  | { readonly status: 'stored'; readonly seq: number }
  | {
      readonly status: 'duplicate'
      readonly uid: string
      readonly seq: number
      readonly risk: number
      readonly matches: readonly (readonly [ruleId: string, title: string, level: string])[]
      readonly matchesLeftOut: number
    }
  | { readonly status: 'conflict' }

export type WriterRequest =
  | { readonly type: 'append'; readonly calls: readonly AppendCall[] }
  | { readonly type: 'begin' }
  | { readonly type: 'statement'; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly type: 'commit' }
  | { readonly type: 'rollback' }
  | BackgroundRequest
  | { readonly type: 'close' }

/** Background work. Each request runs one slice of `LIMITS.backgroundMs`, between appends. */
export type BackgroundRequest =
  /** Removes the entries received first: those from before the instant, while payloads take more than `maxBytes`. */
  | {
      readonly type: 'purge'
      readonly org: number
      readonly receivedBefore: number
      readonly maxBytes: number | null
      readonly most: number
    }
  /** Without ranges: recomputes maximum risks that earlier requests left stale. */
  | { readonly type: 'erase'; readonly org: number; readonly ranges: readonly SeqRange[] }
  /** Removes roll-up rows of days before the instant and before the oldest entry. */
  | { readonly type: 'trim'; readonly org: number; readonly before: number }
  /** Returns free pages to the file system, except for a share that the next entries will use. */
  | { readonly type: 'shrink' }
  /** Copies the WAL into the file as far as readers allow. */
  | { readonly type: 'checkpoint' }
  /** Copies the whole WAL and truncates it, unless a reader prevents it. */
  | { readonly type: 'empty-log' }
  /** Clears unallocated bytes in the pages from `from` on. */
  | { readonly type: 'wipe'; readonly from: number }

export interface RemovedSlice {
  readonly removed: number
  readonly bytes: number
  /** For `erase`: how many of the first ranges have no entries left. */
  readonly ranges: number
  /** The slice ended before the work did. */
  readonly more: boolean
}

/** The result of a slice of wiping, or of emptying the WAL. `next` is the page to continue at, 0 after the last one. */
export interface WipedSlice {
  /** False if a reader prevented it. */
  readonly ready: boolean
  readonly next: number
}

export interface StatementResult {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly SqlValue[])[]
  readonly changes: number
  readonly lastInsertRowid: number
}

export interface ReadStatement {
  readonly sql: string
  readonly parameters: readonly unknown[]
  /** This BLOB column is decoded from UTF-8 and sent as a string. */
  readonly utf8?: string
  /** Ends before the row with which this column's sum would exceed `most`, but not before the first row. */
  readonly until?: { readonly column: string; readonly most: number }
  /** Replaces the last parameter by a JSON array of this column of the previous statement. */
  readonly keys?: string
  /** Runs on the full-text index, outside the snapshot. A failure has the code `TEXT_INDEX` or `TEXT_DAMAGED`. */
  readonly text?: true
}

export type ReadRequest =
  | {
      readonly type: 'read'
      /** Run in one read transaction, so that all read the same snapshot. */
      readonly statements: readonly ReadStatement[]
      /** Milliseconds after which the next check throws. */
      readonly deadlineMs: number | null
      /** The number by which a `ReaderControl` cancels it. */
      readonly request: number
    }
  | { readonly type: 'close' }

export interface ReadResult {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly SqlValue[])[]
  /** `until` ended the rows early. */
  readonly cut: boolean
}

/** The full-text index or the requested segment cannot be read, because it is being created or was replaced. */
export const TEXT_INDEX = 'text_index'
/** The full-text index is damaged and must be rebuilt. */
export const TEXT_DAMAGED = 'text_damaged'

/** Failure code of a request that reached its deadline. */
export const DEADLINE = 'deadline'
/** Failure code of a request for which no reader was free in time. */
export const NO_TURN = 'no_turn'
/** Failure code of a request that was canceled through its `ReaderControl`. */
export const CANCELLED = 'cancelled'
