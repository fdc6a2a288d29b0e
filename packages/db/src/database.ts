import type { Kysely } from 'kysely'
import type { LogRemoval } from './log-removal.ts'
import type { LogSearch } from './log-search.ts'
import type { LogStore } from './log-store.ts'
import type { Rollups } from './rollups.ts'
import type { Schema } from './schema.ts'
import type { Space } from './space.ts'
import type { TextIndex } from './text-index.ts'

/** What a store works with inside `transaction`. */
export type Transaction = Kysely<Schema>

/** The ports that read an org's data. Each call counts towards the org's share of reader threads. */
export interface Reads {
  readonly logs: LogStore
  readonly search: LogSearch
  readonly rollups: Rollups
}

/** Use of the reader threads. `heavy` counts slices of searches that have already taken long. */
export interface ReadFigures {
  readonly running: Readonly<Record<'interactive' | 'search' | 'heavy', number>>
  readonly waiting: Readonly<Record<'interactive' | 'search' | 'heavy', number>>
  /** Reads that were stopped because their caller left, or the server stops. */
  readonly cancelled: number
  /** Pages, histograms and facets that a limit ended, or that left entries out. */
  readonly incomplete: number
  /** Steps of work on texts since the store was opened. */
  readonly steps: number
}

export interface DatabaseHealth {
  readonly queuedEntries: number
  readonly queuedBytes: number
  readonly lastCommitMs: number
  /** A sentence for the operator: what is wrong, and what to do. */
  readonly failure: string | null
  /** A sentence while indexing is paused because its thread ended. It restarts automatically. */
  readonly textIndexFailure: string | null
  readonly reads: ReadFigures
  /** A thread did not end when the store was closed. `process.exit` would wait for it. */
  readonly hasStuckThread: boolean
}

/** An open store, whatever its dialect. */
export interface Database extends Reads {
  /**
   * The same for one caller: when the signal aborts, what it waits for leaves the queue, what runs for it is stopped by
   * the work done, and both reject with the signal's reason. Writes are not stopped.
   */
  reading(signal: AbortSignal): Reads
  /** Stops all searches and takes no others: they reject with `shutting_down`. Other calls continue until `close`. */
  endSearches(): void
  readonly removal: LogRemoval
  readonly space: Space
  readonly textIndex: TextIndex
  /** Reads only; each statement runs on a reader and sees everything committed before it was sent. */
  readonly read: Kysely<Schema>
  /**
   * One interactive write transaction, queued between appends, at most `LIMITS.transactionMs`, then rolled back with an
   * error that names it. Do slow work before it. A constraint that breaks rejects with the database's error.
   */
  transaction<Result>(work: (tx: Kysely<Schema>) => Promise<Result>): Promise<Result>
  /** For `/readyz` and `/metrics`. If the last write failed, the call starts another attempt. */
  health(): DatabaseHealth
  /** Resolves with a sentence when the store can go on no more and has to be opened anew: one of its threads is gone. */
  readonly ended: Promise<string>
  /** Finishes what was accepted, then closes; afterwards every call rejects with `shutting_down`. */
  close(): Promise<void>
}
