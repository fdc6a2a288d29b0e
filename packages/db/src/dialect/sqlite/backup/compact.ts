import { closeSync, existsSync, openSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type Sqlite from 'better-sqlite3'
import { LIMITS } from '../../../limits.ts'
import { toFileError, checkCopy, removeDatabase, stateOf } from './copy-file.ts'
import { StoreFileError } from '../connection/errors.ts'
import { openForWriting, syncToDisk } from '../connection/open-file.ts'

export interface CompactOptions {
  /** No other program may have it open. */
  readonly database: string
  readonly onProgress?: (what: string) => void
}

/** Size of the file in bytes. */
export interface Compacted {
  readonly before: number
  readonly after: number
}

/** Relative to the stored data: covers the pages that `auto_vacuum` adds, and leaves some space on the disk. */
const FREE_SPACE_FACTOR = 1.05
const MiB = 1024 * 1024

/**
 * Rewrites the database without free pages, in the format that can return space in slices. The new file is written next
 * to the database, verified, synced to the disk, and renamed over it. After a kill or a power failure, either the old
 * or the new file is there, complete. Throws `StoreFileError`, and then nothing was changed.
 */
export function compactSqlite({ database, onProgress = () => {} }: CompactOptions): Compacted {
  const ready = `${database}.compacting`
  removeDatabase(ready)
  const db = openForWriting({
    file: database,
    busyTimeoutMs: LIMITS.busyTimeoutMs,
    preparedStatements: 0,
    synchronous: 'FULL',
  })
  try {
    try {
      emptyLog(db, database)
      refuseWithoutRoom(db, database)
      onProgress('writing anew')
      closeSync(openSync(ready, 'wx', 0o600))
      db.pragma('auto_vacuum = INCREMENTAL')
      db.prepare('vacuum into ?').run(ready)
      onProgress('checking')
      checkCopy(ready, stateOf(db))
    } finally {
      db.close()
    }
    syncToDisk(ready)
    const [before, after] = [statSync(database).size, statSync(ready).size]
    replace(database, ready)
    return { before, after }
  } catch (error) {
    removeDatabase(ready)
    throw toFileError(error, ready)
  }
}

function emptyLog(db: Sqlite.Database, database: string): void {
  const [log] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
  if (log?.busy !== 0) throw inUse(database)
}

function inUse(database: string): StoreFileError {
  return new StoreFileError('unusable', `Another program has ${database} open. End it first; nothing was changed.`)
}

function refuseWithoutRoom(db: Sqlite.Database, database: string): void {
  const [pages, free, size] = ['page_count', 'freelist_count', 'page_size'].map((name) =>
    Number(db.pragma(name, { simple: true })),
  ) as [number, number, number]
  const needed = Math.ceil(((pages - free) * size * FREE_SPACE_FACTOR) / MiB)
  const folder = dirname(database)
  const { bavail, bsize } = statfsSync(folder)
  const room = Math.floor((bavail * bsize) / MiB)
  if (room < needed)
    throw new StoreFileError(
      'unusable',
      `It takes ${needed} MiB beside the database while it runs, and ${folder} has ${room} MiB free. Make room first; nothing was changed.`,
    )
}

/** Syncs the removal of the old WAL before the rename, because SQLite would apply it to the new database. */
function replace(database: string, ready: string): void {
  const log = `${database}-wal`
  if (existsSync(log)) {
    if (statSync(log).size > 0) throw inUse(database)
    rmSync(log)
  }
  rmSync(`${database}-shm`, { force: true })
  syncToDisk(dirname(database))
  renameSync(ready, database)
  syncToDisk(dirname(database))
}
