import { closeSync, openSync, rmSync } from 'node:fs'
import Sqlite from 'better-sqlite3'

/** `SMtx` in the header of the file. */
const APPLICATION_ID = 0x534d7478
/** Of the tables and of what `textOf` gives: another number, and the index is made anew. */
const VERSION = 1
const PAGE_BYTES = 8192
const CHECKPOINT_PAGES = 4000
const CACHE_KIB = 16 * 1024

/** Beside the log: `sentinelmesh.db` has `sentinelmesh-text.db`. */
export function indexFileOf(file: string): string {
  return `${file.replace(/\.db$/, '')}-text.db`
}

/**
 * Opens the index for writing. One that is missing, damaged, of another version or of another log is replaced by an empty
 * one: all of it is made from the log. Throws where that cannot be done either.
 */
export function openIndex(file: string, log: Sqlite.Database): Sqlite.Database {
  try {
    const db = open(file)
    if (isOf(db, log)) return db
    db.close()
  } catch (error) {
    // An SQLITE_ERROR is a table or a column that is not there.
    if (!(error instanceof Sqlite.SqliteError) || !(isDamage(error.code) || error.code === 'SQLITE_ERROR')) throw error
  }
  removeIndex(file)
  return open(file)
}

export function removeIndex(file: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(file + end, { force: true })
}

/** Of the file, not of the disk or of another program that holds it. */
export function isDamage(code: string): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(code)
}

function open(file: string): Sqlite.Database {
  closeSync(openSync(file, 'a', 0o600))
  const db = new Sqlite(file)
  try {
    db.pragma(`page_size = ${PAGE_BYTES}`)
    db.pragma('auto_vacuum = INCREMENTAL')
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = NORMAL') // what a power cut takes is indexed again
    db.pragma('secure_delete = ON')
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    db.pragma(`cache_size = -${CACHE_KIB}`)
    db.pragma('temp_store = MEMORY')
    if (db.prepare('select count(*) from sqlite_schema').pluck().get() === 0) createTables(db)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function createTables(db: Sqlite.Database): void {
  db.transaction(() => {
    db.pragma(`application_id = ${APPLICATION_ID}`)
    db.pragma(`user_version = ${VERSION}`)
    // An id is never given twice: who still knows a segment that is gone must not find another under its name.
    db.exec(`create table segments (
      id integer primary key autoincrement,
      org integer not null,
      from_seq integer not null,
      to_seq integer not null,
      entries integer not null,
      /* Of the last entry that was taken in. */
      last_seq integer not null,
      last_uid text not null,
      last_received_at integer not null
    ) strict`)
    db.exec('create unique index segments_by_org on segments (org, from_seq)')
  })()
}

/** Whether the newest of what it covers are this log's entries; a log from a back-up may be older, or go on otherwise. */
export function isOf(db: Sqlite.Database, log: Sqlite.Database): boolean {
  if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) return false
  if (db.pragma('user_version', { simple: true }) !== VERSION) return false
  const last = db
    .prepare<[], [number, number, number, string]>(
      'select org, max(to_seq), last_seq, last_uid from segments group by org',
    )
    .raw()
    .all()
  const head = log.prepare<[number], number>('select head_seq from org_heads where org = ?').pluck()
  const uid = log.prepare<[number, number], string>('select uid from entries where org = ? and seq = ?').pluck()
  return last.every(([org, to, lastSeq, lastUid]) => {
    const known = uid.get(org, lastSeq)
    return to <= (head.get(org) ?? 0) && (known === undefined || known === lastUid)
  })
}
