import { closeSync, openSync, rmSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { LIMITS } from '../../../limits.ts'
import { StoreFileError } from '../connection/errors.ts'
import { refuseForeign, syncToDisk } from '../connection/open-file.ts'
import { openForReading } from '../connection/open-for-reading.ts'

/** Pages (16 MiB) copied before the copy yields to the event loop and reports progress. */
const PAGES_PER_STEP = 2_048
const SETTINGS = { busyTimeoutMs: LIMITS.busyTimeoutMs, preparedStatements: 0, synchronous: 'FULL' } as const

/**
 * Copies a consistent snapshot of a database, even while a server writes to it. All steps share one read transaction,
 * so that a concurrent write does not make SQLite start over. The copy is one file without a WAL, with mode 0600. It is
 * verified and synced when the promise resolves, and removed when it rejects with `StoreFileError`.
 */
export async function copyDatabase(from: string, to: string, onProgress: (share: number) => void): Promise<void> {
  refuseForeign({ ...SETTINGS, file: from })
  removeDatabase(to)
  try {
    closeSync(openSync(to, 'wx', 0o600))
    const source = openForReading({ ...SETTINGS, file: from })
    try {
      source.exec('begin')
      const state = stateOf(source)
      await source.backup(to, {
        progress: ({ totalPages, remainingPages }) => {
          onProgress(totalPages === 0 ? 0 : 1 - remainingPages / totalPages)
          return PAGES_PER_STEP
        },
      })
      source.exec('commit')
      checkCopy(to, state)
    } finally {
      source.close()
    }
    syncToDisk(to)
  } catch (error) {
    removeDatabase(to)
    throw toFileError(error, to)
  }
}

/** Removes the database and the files that SQLite keeps next to it. */
export function removeDatabase(file: string): void {
  for (const name of ['', '-journal', '-wal', '-shm']) rmSync(`${file}${name}`, { force: true })
}

/** Verifies that the copy is intact, is a single file, and has the `state` of the source. Throws `StoreFileError`. */
export function checkCopy(file: string, state: string): void {
  const copy = new Sqlite(file)
  try {
    copy.pragma('journal_mode = DELETE')
    const [damage] = copy.pragma('integrity_check(1)') as { integrity_check: string }[]
    if (damage?.integrity_check !== 'ok')
      throw new StoreFileError(
        'corrupted',
        `The copy is damaged (${damage?.integrity_check}), so either the disk or what was copied is: run sentinelmesh verify.`,
      )
    if (stateOf(copy) !== state) throw new StoreFileError('unusable', 'The copy does not end where the log did.')
  } finally {
    copy.close()
  }
  refuseForeign({ ...SETTINGS, file })
}

/** The head of each org's log and the schema version, as text. */
export function stateOf(db: Sqlite.Database): string {
  return JSON.stringify([db.pragma('user_version'), db.prepare('select * from org_heads order by org').all()])
}

/** Converts a disk error to a `StoreFileError` with a sentence for the operator. Returns other errors unchanged. */
export function toFileError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || error instanceof StoreFileError || !('code' in error)) return error
  const message =
    error.code === 'SQLITE_FULL' || error.code === 'ENOSPC'
      ? `There is no room for ${file}. Nothing of it was kept; make room or choose another place.`
      : `${file} cannot be written (${String(error.code)}: ${error.message}). Nothing of it was kept.`
  return new StoreFileError('unusable', message)
}
