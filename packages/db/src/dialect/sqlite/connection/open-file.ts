import { closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import { StoreFileError } from './errors.ts'
import { MIGRATIONS } from '../migrations/index.ts'
import { runSteps } from '../migrations/migration.ts'
import type { WorkerSettings } from '../threads/protocol.ts'

/** `SMsh` in the header of each of our files, which tells them from other programs' databases. */
const APPLICATION_ID = 0x534d7368
const PAGE_BYTES = 8192
/** About 32 MiB of WAL before a checkpoint, for fewer and larger checkpoints. */
const CHECKPOINT_PAGES = 4000
const WRITER_CACHE_KIB = 64 * 1024

/**
 * Opens the only write connection, and creates or migrates the file. Throws `StoreFileError`, without changing the
 * file, if it is not ours, is damaged, or is newer than this program.
 */
export function openForWriting(settings: WorkerSettings): Sqlite.Database {
  createIfAbsent(settings.file)
  refuseForeign(settings)

  const db = new Sqlite(settings.file, { timeout: settings.busyTimeoutMs })
  try {
    db.pragma('journal_mode = WAL') // a back-up is in another mode
    db.pragma(`synchronous = ${settings.synchronous}`) // the default in WAL mode is NORMAL, which loses commits in a power failure
    db.pragma(`wal_autocheckpoint = ${settings.checkpointPages ?? CHECKPOINT_PAGES}`)
    db.pragma('foreign_keys = ON')
    db.pragma('secure_delete = ON') // clears data removed by retention and erasure from free pages
    db.pragma(`cache_size = -${WRITER_CACHE_KIB}`)
    db.pragma('temp_store = MEMORY')
    migrate(db)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/**
 * Creates an empty database if the file is missing or has no bytes. It is written under another name and then renamed,
 * so that after a kill or a power failure the file is either missing or complete. It has mode 0600 from the start, and
 * SQLite gives its WAL the same mode.
 */
function createIfAbsent(file: string): void {
  if (sizeOf(file) > 0) return
  // SQLite would apply the WAL of the old file to the new one.
  if (sizeOf(`${file}-wal`) > 0)
    throw new StoreFileError(
      'corrupted',
      `${file} is missing or empty, but its write-ahead log, ${file}-wal, is there and may hold entries. It was left as it is; put the database back beside it, or move it away to begin anew.`,
    )
  const unfinished = `${file}-new`
  rmSync(unfinished, { force: true })
  rmSync(`${unfinished}-journal`, { force: true })
  closeSync(openSync(unfinished, 'wx', 0o600))
  const db = new Sqlite(unfinished)
  try {
    db.pragma(`page_size = ${PAGE_BYTES}`)
    // Lets freed pages be returned to the file system in slices. It can only be set now or by a VACUUM.
    db.pragma('auto_vacuum = INCREMENTAL')
    // Before WAL mode, so that it is in the file itself, where it is read before SQLite opens the file.
    db.pragma(`application_id = ${APPLICATION_ID}`)
    db.pragma('journal_mode = WAL')
  } finally {
    db.close()
  }
  syncToDisk(unfinished)
  renameSync(unfinished, file)
  syncToDisk(dirname(file))
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

export function syncToDisk(path: string): void {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Reads the header as bytes, because SQLite could change a foreign database by opening it (a hot journal, its WAL). */
export function refuseForeign(settings: Pick<WorkerSettings, 'file' | 'busyTimeoutMs'>): void {
  const { file } = settings
  if (statSync(file).isDirectory())
    throw new StoreFileError('unusable', `${file} is a folder. It was left as it is; choose another file.`)
  const header = Buffer.alloc(100)
  const fd = openSync(file, 'r')
  try {
    const length = readSync(fd, header, 0, header.length, 0)
    if (length < header.length || header.toString('latin1', 0, 16) !== 'SQLite format 3\0')
      throw new StoreFileError(
        'corrupted',
        `${file} is not an SQLite database, or its beginning is damaged. It was left as it is; restore a back-up or choose another file.`,
      )
  } finally {
    closeSync(fd)
  }
  if (header.readUInt32BE(68) !== APPLICATION_ID)
    throw new StoreFileError(
      'foreign',
      `${file} is the database of another program. It was left as it is; choose another file.`,
    )
  refuseNewer(file, header.readUInt32BE(60))

  // The newest version number may still be in the WAL. A reader recovers it without writing to the file.
  const missing = [`${file}-wal`, `${file}-shm`].filter((path) => !existsSync(path))
  try {
    const db = new Sqlite(file, { readonly: true, timeout: settings.busyTimeoutMs })
    try {
      if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID)
        throw new StoreFileError(
          'foreign',
          `${file}-wal is the write-ahead log of another program's database. Both were left as they are; move it away, or put back what belongs beside ${file}.`,
        )
      refuseNewer(file, versionOf(db))
      db.prepare('select count(*) from sqlite_schema').get()
    } finally {
      db.close()
    }
  } catch (error) {
    // A reader that fails leaves behind the files that it created.
    for (const path of missing) rmSync(path, { force: true })
    if (!(error instanceof Sqlite.SqliteError)) throw error
    if (/^SQLITE_(CORRUPT|NOTADB)/.test(error.code))
      throw new StoreFileError(
        'corrupted',
        `${file} is damaged (${error.message}). It was left as it is; restore a back-up.`,
      )
    throw new StoreFileError('unusable', `${file} cannot be read (${error.code}: ${error.message}).`)
  }
}

function refuseNewer(file: string, version: number): void {
  if (version > MIGRATIONS.length)
    throw new StoreFileError(
      'schema_too_new',
      `${file} was written by a newer version of this program (schema ${version}; this one knows ${MIGRATIONS.length}). It was left as it is; start the newer version.`,
    )
}

function migrate(db: Sqlite.Database): void {
  db.transaction(() => {
    runSteps(db, MIGRATIONS.slice(versionOf(db)).flat())
    if (versionOf(db) !== MIGRATIONS.length) db.pragma(`user_version = ${MIGRATIONS.length}`)
  }).immediate()
}

function versionOf(db: Sqlite.Database): number {
  return Number(db.pragma('user_version', { simple: true }))
}
