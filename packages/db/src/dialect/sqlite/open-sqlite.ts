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
  /** Created, with mode 0600, where it does not exist. Its folder must exist. */
  readonly file: string
  /** The programs of the worker threads: `@sentinelmesh/db/writer-worker`, `reader-worker` and `text-worker`. */
  readonly workers: { readonly writer: URL; readonly reader: URL; readonly text: URL }
  /** At least `LEAST_READERS`. */
  readonly readers?: number
  /** How long a search may take before it answers with what it found; `LIMITS.searchMs` by default. */
  readonly searchMs?: number
  /** How long it holds a reader at once; `LIMITS.searchSliceMs` by default. */
  readonly searchSliceMs?: number
  /** Milliseconds for a single entry before it is passed over. Default: `LIMITS.searchEntryMs`. */
  readonly searchEntryMs?: number
  /** `OFF` loses what a power cut interrupts: for the test that shows the difference. */
  readonly synchronous?: 'FULL' | 'OFF'
  /** Pages of WAL before it is copied back: few, for tests that watch it happen. */
  readonly checkpointPages?: number
  /** Told when the thread that keeps the full-text index is gone, or cannot be started again. */
  readonly onTextIndexEnd?: (reason: string, againInMs: number) => void
  /** Smaller than `LIMITS` says, for tests whose logs are small. */
  readonly textIndex?: Partial<TextIndexSettings>
}

/** One for what is quick, one for searches, and one for those that take long. */
const LEAST_READERS = 3

/** A thread that reads, with what stops it. */
export async function openReader(program: URL, settings: WorkerSettings): Promise<Reader> {
  const control = readerControl()
  const given: ReaderSettings = { ...settings, control: control.buffer }
  return { link: await openLink<ReadRequest>(program, given), control }
}

/** Opens, creates or migrates a file. Throws `StoreFileError`, with the file as it was, when it cannot be used. */
export async function openSqlite(options: SqliteOptions): Promise<Database> {
  const { file, workers, readers = LEAST_READERS, synchronous = 'FULL', checkpointPages } = options
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

  // First: it makes the file what readers expect.
  const writing = await openLink<WriterRequest>(workers.writer, settings)
  const files = await watchFiles(file, LIMITS.filesEveryMs)
  const writer = startWriter(writing, () => files.areRemoved)
  const [texts, ...reading] = await Promise.all([
    openRestartingLink(() => openLink<TextRequest>(workers.text, settings), options.onTextIndexEnd ?? (() => {})),
    ...Array.from({ length: Math.max(LEAST_READERS, readers) }, () => openReader(workers.reader, settings)),
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
      // The last connection copies the WAL back and removes it; one that only reads could not.
      const [haveEnded] = await Promise.all([pool.close(LIMITS.readersCloseMs), texts.close()])
      isStuck = !haveEnded
      await writing.close()
    },
  }
}
