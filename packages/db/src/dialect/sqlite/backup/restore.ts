import { constants, copyFileSync, existsSync, linkSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { ErasureList, ListedErasure } from '../../../erasure-list.ts'
import type { Finding } from '../../../integrity.ts'
import { LIMITS } from '../../../limits.ts'
import { appendAudit } from '../chain/audit.ts'
import { prepareLink } from '../chain/chain.ts'
import { asSentence, copyDatabase, removeDatabase } from './copy-file.ts'
import { prepareErase } from '../retention/erase.ts'
import { StoreFileError } from '../connection/errors.ts'
import { inspectSqlite } from '../integrity/inspect.ts'
import { openForReading, openForWriting, syncToDisk } from '../connection/open-file.ts'
import type { WorkerSettings } from '../threads/protocol.ts'
import { openWiper } from '../space/wipe-unallocated.ts'
import { indexFileOf } from '../text-index/index-file.ts'

export interface RestoreOptions {
  readonly backup: string
  /** What is replaced. Nobody else may have it open. */
  readonly database: string
  /** What was erased since the back-up is erased again. */
  readonly erasures: ErasureList
  /** Microseconds. */
  readonly now: number
  /** Take it although `verify` finds something. */
  readonly force: boolean
  readonly onProgress?: (what: string, share: number | null) => void
}

export interface Restored {
  readonly orgs: readonly RestoredOrg[]
  /** The database that was replaced; null where there was none. */
  readonly kept: string | null
  readonly erasedAgain: number
  /** What `verify` found, taken all the same. */
  readonly findings: readonly Finding[]
}

export interface RestoredOrg {
  readonly slug: string
  readonly entries: number
  /** Positions that were given since the back-up and are not given again; null where none can have been. */
  readonly lost: { readonly from: number; readonly to: number } | null
}

/** The back-up was not taken, and nothing was changed. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused'
  readonly findings: readonly Finding[]

  constructor(findings: readonly Finding[]) {
    super(`The back-up is not as it was written: ${findings[0]?.says ?? ''}`)
    this.findings = findings
  }
}

/**
 * Where the database that is replaced cannot tell how far a log went: no position may be given twice, or a follower that
 * was further would pass over entries in silence. More than an org stores between two back-ups.
 */
const POSITIONS_LEFT_FREE = 1_000_000
export const RESTORED = 'restored'

/**
 * Puts a back-up in the place of a database. The new file is made ready beside it and takes its place in one step: killed
 * at any moment, one of the two is there, whole. Throws `StoreFileError` or `BackupRefused`.
 */
export async function restoreSqlite(options: RestoreOptions): Promise<Restored> {
  const { backup, database, force, onProgress = () => {} } = options
  const ready = `${database}.restoring`
  if (!existsSync(backup)) throw new StoreFileError('unusable', `There is no file ${backup}.`)
  try {
    await copyDatabase(backup, ready, (share) => onProgress('copying', share))
    const settings: WorkerSettings = { ...SETTINGS, file: ready }
    // First: a back-up of an earlier version is brought to this one's schema.
    openForWriting(settings).close()
    const inspection = await inspectSqlite({ file: ready, onProgress })
    const findings = inspection === 'no_such_org' ? [] : inspection.findings
    if (findings.length > 0 && !force) throw new BackupRefused(findings)

    const reached = positionsReached(database)
    const db = openForWriting(settings)
    let erasedAgain = 0
    let orgs: RestoredOrg[] = []
    try {
      for await (const erasure of options.erasures.read()) erasedAgain += eraseAgain(db, erasure, options.now)
      orgs = db.transaction(() => leaveFree(db, reached, options))()
      if (erasedAgain > 0) wipe(db, ready)
    } finally {
      db.close()
    }
    syncToDisk(ready)
    return { orgs, erasedAgain, findings, kept: replace(database, ready, options.now) }
  } catch (error) {
    removeDatabase(ready)
    throw error instanceof Sqlite.SqliteError ? asSentence(error, ready) : error
  }
}

const SETTINGS = { busyTimeoutMs: LIMITS.busyTimeoutMs, preparedStatements: 0, synchronous: 'FULL' } as const

/** How far the log of each org went, by uid; of those that cannot be told nothing. */
function positionsReached(database: string): ReadonlyMap<string, number> {
  if (!existsSync(database)) return new Map()
  try {
    const db = openForReading({ ...SETTINGS, file: database })
    try {
      const heads = db
        .prepare<[], [string, number]>('select uid, head_seq from org_heads join orgs on id = org')
        .raw(true)
        .all()
      return new Map(heads)
    } finally {
      db.close()
    }
  } catch (error) {
    if (error instanceof Sqlite.SqliteError) return new Map()
    throw error
  }
}

/**
 * Erases what the list names, unless an entry at an end of a range is not the one that was meant: the list may be of
 * another log that had the same positions.
 */
function eraseAgain(db: Sqlite.Database, { org: uid, at, ranges }: ListedErasure, now: number): number {
  const org = db.prepare<[string], number>('select id from orgs where uid = ?').pluck(true).get(uid)
  if (org === undefined) return 0
  const idAt = db.prepare<[number, number], string>('select uid from entries where org = ? and seq = ?').pluck(true)
  const isAnother = (seq: number, id: string) => (idAt.get(org, seq) ?? id) !== id
  const meant = ranges.filter(({ from, to, fromId, toId }) => !isAnother(from, fromId) && !isAnother(to, toId))

  const erase = prepareErase(db)
  let removed = 0
  for (let left = meant; left.length > 0;) {
    const slice = erase({ type: 'erase', org, ranges: left })
    removed += slice.removed
    if (!slice.more) break
    left = left.slice(slice.ranges)
  }
  while (erase({ type: 'erase', org, ranges: [] }).more);
  if (removed > 0)
    db.prepare(
      `insert into erasures (org, scope, session, to_seq, removed, requested_at, requested_by, finished_at)
       values (?, 'session', null, ?, ?, ?, 'restore', ?)`,
    ).run(org, Math.max(...meant.map(({ to }) => to)), removed, at, now)
  return removed
}

/** No copy of an erased entry may remain in unallocated bytes. */
function wipe(db: Sqlite.Database, file: string): void {
  const wiper = openWiper(db, file)
  try {
    for (let from = 1; from !== 0;) {
      const { ready, next } = wiper.wipe(from)
      if (!ready) throw new StoreFileError('unusable', `Another program reads ${file}. Nothing was changed.`)
      from = next
    }
  } finally {
    wiper.close()
  }
}

/** No position is given twice; nobody stays signed in by a sign-in that may have been ended since. */
function leaveFree(
  db: Sqlite.Database,
  reached: ReadonlyMap<string, number>,
  { backup, now }: RestoreOptions,
): RestoredOrg[] {
  const link = prepareLink(db)
  const orgs = db
    .prepare<[], { id: number; uid: string; slug: string; head: number; entries: number }>(
      `select id, uid, slug, coalesce(head_seq, 0) as head, coalesce(entries, 0) as entries
       from orgs left join org_heads on org = id order by id`,
    )
    .all()
    .map(({ id, uid, slug, head, entries }): RestoredOrg => {
      const known = reached.get(uid)
      const to = known !== undefined && known >= head ? known : head + POSITIONS_LEFT_FREE
      if (to > head) {
        db.prepare(
          'insert into org_heads (org, head_seq, entries, bytes) values (?, ?, 0, 0) on conflict do update set head_seq = excluded.head_seq',
        ).run(id, to)
        db.prepare('insert into gaps (org, from_seq, to_seq, reason) values (?, ?, ?, ?)').run(
          id,
          head + 1,
          to,
          RESTORED,
        )
        link(id, head + 1, to, null)
      }
      return { slug, entries, lost: to > head ? { from: head + 1, to } : null }
    })
  for (const table of ['sign_ins', 'refresh_tokens', 'one_time_tokens']) db.exec(`delete from ${table}`)
  appendAudit(db, now, 'system:cli', 'database.restore', { backup, orgs })
  return orgs
}

/** Returns where the old one is now. */
function replace(database: string, ready: string, now: number): string | null {
  const kept = `${database}.before-restore-${new Date(now / 1_000).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`
  const isThere = existsSync(database)
  if (isThere) {
    foldLog(database)
    keepUnder(database, kept)
    if (existsSync(`${database}-wal`)) renameSync(`${database}-wal`, `${kept}-wal`)
    rmSync(`${database}-shm`, { force: true })
  }
  // An old log of writes would be read into the new database: that it is gone must be on the disk before.
  syncToDisk(dirname(database))
  renameSync(ready, database)
  removeDatabase(indexFileOf(database)) // made from the log, and filled again
  syncToDisk(dirname(database))
  return isThere ? kept : null
}

/** A second name, not another one: under its own it is there until the new one takes it. */
function keepUnder(database: string, kept: string): void {
  try {
    linkSync(database, kept)
  } catch (error) {
    const { code } = error as { readonly code?: string }
    if (code === undefined || !NO_SECOND_NAMES.has(code)) throw error
    copyFileSync(database, kept, constants.COPYFILE_EXCL)
    syncToDisk(kept)
  }
}
/** Of file systems without hard links. */
const NO_SECOND_NAMES = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/** The last connection that closes copies the WAL back. One that is damaged keeps its own. */
function foldLog(database: string): void {
  try {
    const db = new Sqlite(database)
    try {
      db.pragma('wal_checkpoint(TRUNCATE)')
    } finally {
      db.close()
    }
  } catch (error) {
    if (!(error instanceof Sqlite.SqliteError)) throw error
  }
}
