import { closeSync, openSync, rmSync } from 'node:fs'
import Sqlite from 'better-sqlite3'

/** `SMtx` in the header of the file. */
const APPLICATION_ID = 0x534d7478
/** The version of the tables and of `textOf`. An index with another version is rebuilt. */
const VERSION = 1
const PAGE_BYTES = 8192
const CHECKPOINT_PAGES = 4000
const CACHE_KIB = 16 * 1024

/** The index is next to the log: `sentinelmesh.db` has `sentinelmesh-text.db`. */
export function indexFileOf(file: string): string {
  return `${file.replace(/\.db$/, '')}-text.db`
}

/**
 * Opens the index for writing. An index that is missing, damaged, of another version, or of another log is replaced by an
 * empty one, since all of it can be rebuilt from the log. Throws if that fails too.
 */
export function openIndex(file: string, log: Sqlite.Database): Sqlite.Database {
  try {
    const db = open(file)
    if (isOf(db, log)) return db
    db.close()
  } catch (error) {
    // An SQLITE_ERROR is a missing table or column.
    if (!(error instanceof Sqlite.SqliteError) || !(isDamage(error.code) || error.code === 'SQLITE_ERROR')) throw error
  }
  removeIndex(file)
  return open(file)
}

export function removeIndex(file: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(file + end, { force: true })
}

/** Damage of the file itself, not a fault of the disk or a lock of another program. */
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
    // Ids are never reused, so a reader that still knows a dropped segment cannot read another one by its id.
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

/**
 * Returns whether the newest indexed entries are in this log. A log restored from a back-up may be older or contain
 * other entries.
 */
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
