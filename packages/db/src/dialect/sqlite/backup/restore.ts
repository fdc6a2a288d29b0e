import { constants, copyFileSync, existsSync, linkSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { ErasureList, ListedErasure } from '../../../erasure-list.ts'
import type { Finding } from '../../../integrity.ts'
import { LIMITS } from '../../../limits.ts'
import { appendAudit } from '../chain/audit.ts'
import { prepareLink } from '../chain/chain.ts'
import { toFileError, copyDatabase, removeDatabase } from './copy-file.ts'
import { prepareErase } from '../retention/erase.ts'
import { StoreFileError } from '../connection/errors.ts'
import { inspectSqlite } from '../integrity/inspect.ts'
import { openForWriting, syncToDisk } from '../connection/open-file.ts'
import { openForReading } from '../connection/open-for-reading.ts'
import type { WorkerSettings } from '../threads/protocol.ts'
import { openWiper } from '../space/wipe-unallocated.ts'
import { indexFileOf } from '../text-index/index-file.ts'

export interface RestoreOptions {
  readonly backup: string
  /** The database to replace. No other program may have it open. */
  readonly database: string
  /** Entries in this list are erased from the back-up again. */
  readonly erasures: ErasureList
  /** Microseconds. */
  readonly now: number
  /** Restores the back-up even if `verify` has findings. */
  readonly force: boolean
  readonly onProgress?: (what: string, share: number | null) => void
}

export interface Restored {
  readonly orgs: readonly RestoredOrg[]
  /** The new path of the replaced database. Null if there was none. */
  readonly kept: string | null
  readonly erasedAgain: number
  /** The findings of `verify` that `force` ignored. */
  readonly findings: readonly Finding[]
}

export interface RestoredOrg {
  readonly slug: string
  readonly entries: number
  /** Positions that may have been assigned since the back-up and are not reused. Null if there are none. */
  readonly lost: { readonly from: number; readonly to: number } | null
}

/** The back-up was not restored, and nothing was changed. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused'
  readonly findings: readonly Finding[]

  constructor(findings: readonly Finding[]) {
    super(`The back-up is not as it was written: ${findings[0]?.says ?? ''}`)
    this.findings = findings
  }
}

/**
 * Positions to skip if the replaced database does not show how far a log went. If a position were reused, a follower
 * with a later cursor would silently skip entries. An org stores fewer entries than this between two back-ups.
 */
const SKIPPED_POSITIONS = 1_000_000
export const RESTORED = 'restored'

/**
 * Replaces a database with a back-up. The new file is prepared next to the database and renamed over it, so that after
 * a kill one of the two is there, complete. Throws `StoreFileError` or `BackupRefused`.
 */
export async function restoreSqlite(options: RestoreOptions): Promise<Restored> {
  const { backup, database, force, onProgress = () => {} } = options
  const ready = `${database}.restoring`
  if (!existsSync(backup)) throw new StoreFileError('unusable', `There is no file ${backup}.`)
  try {
    await copyDatabase(backup, ready, (share) => onProgress('copying', share))
    const settings: WorkerSettings = { ...SETTINGS, file: ready }
    // Migrates a back-up of an earlier version to the current schema before it is verified.
    openForWriting(settings).close()
    const inspection = await inspectSqlite({ file: ready, onProgress })
    const findings = inspection === 'no_such_org' ? [] : inspection.findings
    if (findings.length > 0 && !force) throw new BackupRefused(findings)

    const lastPositions = readLastPositions(database)
    const db = openForWriting(settings)
    let erasedAgain = 0
    let orgs: RestoredOrg[] = []
    try {
      for await (const erasure of options.erasures.read()) erasedAgain += eraseAgain(db, erasure, options.now)
      orgs = db.transaction(() => skipPositions(db, lastPositions, options))()
      if (erasedAgain > 0) wipe(db, ready)
    } finally {
      db.close()
    }
    syncToDisk(ready)
    return { orgs, erasedAgain, findings, kept: replace(database, ready, options.now) }
  } catch (error) {
    removeDatabase(ready)
    throw error instanceof Sqlite.SqliteError ? toFileError(error, ready) : error
  }
}

const SETTINGS = { busyTimeoutMs: LIMITS.busyTimeoutMs, preparedStatements: 0, synchronous: 'FULL' } as const

/** The head of each org's log by uid. Empty if the database cannot be read. */
function readLastPositions(database: string): ReadonlyMap<string, number> {
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
 * Erases the listed ranges, except those with a different entry at one of their ends: the list may belong to another
 * log with the same positions.
 */
function eraseAgain(db: Sqlite.Database, { org: uid, at, ranges }: ListedErasure, now: number): number {
  const org = db.prepare<[string], number>('select id from orgs where uid = ?').pluck(true).get(uid)
  if (org === undefined) return 0
  const idAt = db.prepare<[number, number], string>('select uid from entries where org = ? and seq = ?').pluck(true)
  const isAnother = (seq: number, id: string) => (idAt.get(org, seq) ?? id) !== id
  const listed = ranges.filter(({ from, to, fromId, toId }) => !isAnother(from, fromId) && !isAnother(to, toId))

  const erase = prepareErase(db)
  let removed = 0
  for (let left = listed; left.length > 0;) {
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
    ).run(org, Math.max(...listed.map(({ to }) => to)), removed, at, now)
  return removed
}

/** Clears unallocated bytes, so that no copy of an erased entry remains in them. */
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

/** Skips positions, so that none is reused. Ends all sign-ins, since some may have been ended after the back-up. */
function skipPositions(
  db: Sqlite.Database,
  lastPositions: ReadonlyMap<string, number>,
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
      const known = lastPositions.get(uid)
      const to = known !== undefined && known >= head ? known : head + SKIPPED_POSITIONS
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

/** Returns the new path of the old database. Null if there was none. */
function replace(database: string, ready: string, now: number): string | null {
  const kept = `${database}.before-restore-${new Date(now / 1_000).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`
  const exists = existsSync(database)
  if (exists) {
    checkpointLog(database)
    linkOrCopy(database, kept)
    if (existsSync(`${database}-wal`)) renameSync(`${database}-wal`, `${kept}-wal`)
    rmSync(`${database}-shm`, { force: true })
  }
  // SQLite would apply an old WAL to the new database, so its removal must be synced before the rename.
  syncToDisk(dirname(database))
  renameSync(ready, database)
  removeDatabase(indexFileOf(database)) // rebuilt from the log
  syncToDisk(dirname(database))
  return exists ? kept : null
}

/** Adds a second name instead of renaming, so that the database keeps its own name until the new one replaces it. */
function linkOrCopy(database: string, kept: string): void {
  try {
    linkSync(database, kept)
  } catch (error) {
    const { code } = error as { readonly code?: string }
    if (code === undefined || !NO_HARD_LINKS.has(code)) throw error
    copyFileSync(database, kept, constants.COPYFILE_EXCL)
    syncToDisk(kept)
  }
}
/** Error codes of file systems without hard links. */
const NO_HARD_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/** Copies the WAL into the database. A damaged database keeps its WAL. */
function checkpointLog(database: string): void {
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
