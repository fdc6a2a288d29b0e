import type { Kysely } from 'kysely'
import type { LogRemoval } from './log-removal.ts'
import type { LogSearch } from './log-search.ts'
import type { LogStore } from './log-store.ts'
import type { Rollups } from './rollups.ts'
import type { Schema } from './schema.ts'
import type { Space } from './space.ts'
import type { TextIndex } from './text-index.ts'

/** The connection that `transaction` passes to its callback. */
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
  /** Reads that were canceled because their caller disconnected or the server is shutting down. */
  readonly cancelled: number
  /** Pages, histograms, and facets that a limit ended early or that skipped entries. */
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

/** An open store of any dialect. */
export interface Database extends Reads {
  /**
   * The same ports for one caller. When the signal aborts, its queued reads are removed, its running reads are stopped
   * at their next check, and all of them reject with the signal's reason. Writes are not affected.
   */
  reading(signal: AbortSignal): Reads
  /** Stops all searches; they and later ones reject with `shutting_down`. Other calls continue until `close`. */
  endSearches(): void
  readonly removal: LogRemoval
  readonly space: Space
  readonly textIndex: TextIndex
  /** For reads only. Each statement runs on a reader and sees everything committed before it was sent. */
  readonly read: Kysely<Schema>
  /**
   * Runs one interactive write transaction, queued between appends. After `LIMITS.transactionMs` it is rolled back and
   * rejects with an error that names the limit, so do slow work before it. A constraint violation rejects with the
   * database's error.
   */
  transaction<Result>(work: (tx: Kysely<Schema>) => Promise<Result>): Promise<Result>
  /** For `/readyz` and `/metrics`. If the last write failed, the call starts another attempt. */
  health(): DatabaseHealth
  /** Resolves with a sentence when one of the store's threads has ended and the store must be opened again. */
  readonly ended: Promise<string>
  /** Finishes accepted work, then closes. Later calls reject with `shutting_down`. */
  close(): Promise<void>
}
