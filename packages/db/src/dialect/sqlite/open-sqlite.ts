import { LIMITS as API_LIMITS } from '@sentinelmesh/api/constants'
import type { Database, Reads } from '../../database.ts'
import { LIMITS } from '../../limits.ts'
import { kyselyOver } from './connection/kysely-over.ts'
import { FILE_REMOVED, sayFailure } from './connection/errors.ts'
import { watchFiles } from './connection/file-replacement.ts'
import { sqliteLogSearch } from './search/log-search.ts'
import { sqliteLogStore } from './log/log-store.ts'
import type {
  ReaderSettings,
  ReadRequest,
  TextIndexSettings,
  WorkerSettings,
  WriterRequest,
} from './threads/protocol.ts'
import { readerControl } from './read/reader-control.ts'
import { type Reader, type Readers, startReaders } from './read/readers.ts'
import { sqliteLogRemoval } from './retention/log-removal.ts'
import { sqliteRollups } from './rollups/rollups.ts'
import { openRestartingLink } from './text-index/restarting-link.ts'
import { sqliteTextIndex } from './text-index/sqlite-text-index.ts'
import type { TextRequest } from './text-index/text-protocol.ts'
import { sqliteSpace } from './space/space.ts'
import { openLink } from './threads/worker-link.ts'
import { startWriter } from './write/writer.ts'

export interface SqliteOptions {
  /** Created with mode 0600 if it does not exist. Its folder must exist. */
  readonly file: string
  /** The programs of the worker threads: `@sentinelmesh/db/writer-worker`, `reader-worker` and `text-worker`. */
  readonly workers: { readonly writer: URL; readonly reader: URL; readonly text: URL }
  /** At least `MIN_READERS`. */
  readonly readers?: number
  /** Milliseconds before a search returns a partial result. Default: `LIMITS.searchMs`. */
  readonly searchMs?: number
  /** Milliseconds that one slice of a search holds a reader. Default: `LIMITS.searchSliceMs`. */
  readonly searchSliceMs?: number
  /** Milliseconds before a search skips a single entry. Default: `LIMITS.searchEntryMs`. */
  readonly searchEntryMs?: number
  /** `OFF` loses commits in a power failure; only for the test that shows the difference. */
  readonly synchronous?: 'FULL' | 'OFF'
  /** Pages of WAL before a checkpoint. Tests set it low. */
  readonly checkpointPages?: number
  /** Called when the thread of the full-text index ends or cannot be restarted. */
  readonly onTextIndexEnd?: (reason: string, againInMs: number) => void
  /** Overrides of `LIMITS`, for tests with small logs. */
  readonly textIndex?: Partial<TextIndexSettings>
}

/** One for interactive reads, one for searches, and one for heavy searches. */
const MIN_READERS = 3

/** Starts a reader thread with its `ReaderControl`. */
export async function openReader(program: URL, settings: WorkerSettings): Promise<Reader> {
  const control = readerControl()
  const readerSettings: ReaderSettings = { ...settings, control: control.buffer }
  return { link: await openLink<ReadRequest>(program, readerSettings), control }
}

/** Opens, creates, or migrates a file. Throws `StoreFileError`, without changing the file, if it cannot be used. */
export async function openSqlite(options: SqliteOptions): Promise<Database> {
  const { file, workers, readers = MIN_READERS, synchronous = 'FULL', checkpointPages } = options
  const { searchMs = API_LIMITS.searchMs, searchSliceMs = LIMITS.searchSliceMs } = options
  const { searchEntryMs = LIMITS.searchEntryMs } = options
  const { busyTimeoutMs, preparedStatements } = LIMITS
  const settings: WorkerSettings = {
    file,
    busyTimeoutMs,
    preparedStatements,
    synchronous,
    checkpointPages,
    textIndex: options.textIndex,
  }

  // The writer comes first, because it creates or migrates the file for the readers.
  const writing = await openLink<WriterRequest>(workers.writer, settings)
  const files = await watchFiles(file, LIMITS.filesEveryMs)
  const writer = startWriter(writing, () => files.areRemoved)
  const [texts, ...reading] = await Promise.all([
    openRestartingLink(() => openLink<TextRequest>(workers.text, settings), options.onTextIndexEnd ?? (() => {})),
    ...Array.from({ length: Math.max(MIN_READERS, readers) }, () => openReader(workers.reader, settings)),
  ])
  const textIndex = sqliteTextIndex(texts)
  const pool = startReaders(reading, textIndex.renew)
  const links = [writing, ...reading.map(({ link }) => link)]
  let incomplete = 0
  let isStuck = false
  const reads = (readers: Readers): Reads => {
    const rollups = sqliteRollups(readers)
    return {
      logs: sqliteLogStore(writer, readers, { sliceMs: searchSliceMs, entryMs: searchEntryMs }),
      search: sqliteLogSearch({
        readers,
        rollups,
        searchMs,
        sliceMs: searchSliceMs,
        entryMs: searchEntryMs,
        onIncomplete: () => incomplete++,
      }),
      rollups,
    }
  }

  return {
    ...reads(pool),
    reading: (signal) => reads(pool.until(signal)),
    endSearches: pool.endSearches,
    removal: sqliteLogRemoval(writer, pool),
    space: sqliteSpace(writer),
    textIndex,
    read: kyselyOver(async (sql, parameters) => {
      const [result] = await pool.run('interactive', [{ sql, parameters }])
      return result ?? { columns: [], rows: [] }
    }),
    transaction: (work) => writer.transaction(work),
    health() {
      const health = writer.health()
      const damage = links.map((link) => link.damage()).find((sentence) => sentence !== null)
      const removed = files.areRemoved ? sayFailure({ code: FILE_REMOVED }) : undefined
      return {
        ...health,
        failure: removed ?? damage ?? writing.failure() ?? pool.failure() ?? health.failure,
        textIndexFailure: texts.failure(),
        reads: { ...pool.figures(), incomplete },
        hasStuckThread: isStuck,
      }
    },
    ended: Promise.race(links.map((link) => link.ended)),
    async close() {
      files.stop()
      await writer.drain()
      // The writer closes last, because the last connection checkpoints and removes the WAL, which a reader cannot do.
      const [haveEnded] = await Promise.all([pool.close(LIMITS.readersCloseMs), texts.close()])
      isStuck = !haveEnded
      await writing.close()
    },
  }
}
