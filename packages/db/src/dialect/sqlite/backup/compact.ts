import { closeSync, existsSync, openSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type Sqlite from 'better-sqlite3'
import { LIMITS } from '../../../limits.ts'
import { asSentence, checkCopy, removeDatabase, standOf } from './copy-file.ts'
import { StoreFileError } from '../connection/errors.ts'
import { openForWriting, syncToDisk } from '../connection/open-file.ts'

export interface CompactOptions {
  /** Nobody else may have it open. */
  readonly database: string
  readonly onProgress?: (what: string) => void
}

/** Bytes of the file. */
export interface Compacted {
  readonly before: number
  readonly after: number
}

/** Of what is stored, for the pages by which space is given back later, and to leave the disk some room. */
const ROOM_MORE = 1.05
const MiB = 1024 * 1024

/**
 * Writes all that is stored anew, without what is free in between, and in a form that can give space back by slices. Not in
 * place: the new file is made beside the database, checked, brought to the disk, and takes its place in one step. Killed at
 * any moment, or with the power gone, the old or the new one is there, whole. Throws `StoreFileError`; nothing is changed
 * then.
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
      checkCopy(ready, standOf(db))
    } finally {
      db.close()
    }
    syncToDisk(ready)
    const [before, after] = [statSync(database).size, statSync(ready).size]
    replace(database, ready)
    return { before, after }
  } catch (error) {
    removeDatabase(ready)
    throw asSentence(error, ready)
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
  const needed = Math.ceil(((pages - free) * size * ROOM_MORE) / MiB)
  const folder = dirname(database)
  const { bavail, bsize } = statfsSync(folder)
  const room = Math.floor((bavail * bsize) / MiB)
  if (room < needed)
    throw new StoreFileError(
      'unusable',
      `It takes ${needed} MiB beside the database while it runs, and ${folder} has ${room} MiB free. Make room first; nothing was changed.`,
    )
}

/** A log of writes of the old database would be read into the new one: that it is gone must be on the disk before. */
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
