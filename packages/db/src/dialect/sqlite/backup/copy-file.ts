import { closeSync, openSync, rmSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { LIMITS } from '../../../limits.ts'
import { StoreFileError } from '../connection/errors.ts'
import { openForReading, refuseForeign, syncToDisk } from '../connection/open-file.ts'

/** Copied before the event loop, and whoever shows progress, has its turn: 16 MiB. */
const PAGES_AT_ONCE = 2_048
const SETTINGS = { busyTimeoutMs: LIMITS.busyTimeoutMs, preparedStatements: 0, synchronous: 'FULL' } as const

/**
 * Copies a database, also one that a server writes to, as it is at one moment: all steps belong to one read transaction,
 * so that a write in between does not make SQLite begin anew. The copy, mode 0600, is one file without a WAL; it is
 * checked and on the disk when this resolves, and gone when it rejects, with `StoreFileError`.
 */
export async function copyDatabase(from: string, to: string, onProgress: (share: number) => void): Promise<void> {
  refuseForeign({ ...SETTINGS, file: from })
  removeDatabase(to)
  try {
    closeSync(openSync(to, 'wx', 0o600))
    const source = openForReading({ ...SETTINGS, file: from })
    try {
      source.exec('begin')
      const stands = standOf(source)
      await source.backup(to, {
        progress: ({ totalPages, remainingPages }) => {
          onProgress(totalPages === 0 ? 0 : 1 - remainingPages / totalPages)
          return PAGES_AT_ONCE
        },
      })
      source.exec('commit')
      checkCopy(to, stands)
    } finally {
      source.close()
    }
    syncToDisk(to)
  } catch (error) {
    removeDatabase(to)
    throw asSentence(error, to)
  }
}

/** With what SQLite keeps beside it. */
export function removeDatabase(file: string): void {
  for (const name of ['', '-journal', '-wal', '-shm']) rmSync(`${file}${name}`, { force: true })
}

/** That it is whole and ends where the log did, and that it is one file. Throws `StoreFileError`. */
export function checkCopy(file: string, stands: string): void {
  const copy = new Sqlite(file)
  try {
    copy.pragma('journal_mode = DELETE')
    const [damage] = copy.pragma('integrity_check(1)') as { integrity_check: string }[]
    if (damage?.integrity_check !== 'ok')
      throw new StoreFileError(
        'corrupted',
        `The copy is damaged (${damage?.integrity_check}), so either the disk or what was copied is: run sentinelmesh verify.`,
      )
    if (standOf(copy) !== stands) throw new StoreFileError('unusable', 'The copy does not end where the log did.')
  } finally {
    copy.close()
  }
  refuseForeign({ ...SETTINGS, file })
}

/** How far each org's log goes, and the version of the schema. */
export function standOf(db: Sqlite.Database): string {
  return JSON.stringify([db.pragma('user_version'), db.prepare('select * from org_heads order by org').all()])
}

/** What the disk refuses, said to whoever started the program. */
export function asSentence(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || error instanceof StoreFileError || !('code' in error)) return error
  const says =
    error.code === 'SQLITE_FULL' || error.code === 'ENOSPC'
      ? `There is no room for ${file}. Nothing of it was kept; make room or choose another place.`
      : `${file} cannot be written (${String(error.code)}: ${error.message}). Nothing of it was kept.`
  return new StoreFileError('unusable', says)
}
