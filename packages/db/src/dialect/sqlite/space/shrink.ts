import type Sqlite from 'better-sqlite3'
import { LIMITS } from '../../../limits.ts'

/** Pages per step. The time is checked between steps, since SQLite moves as many pages as it is told to. */
const STEP_PAGES = 32

/** The share of the file that stays free for the next entries, so that the file does not shrink and grow with each purge. */
const KEPT_SHARE = 0.1

/** Returns free pages to the file system for one slice. Returns whether there are more. */
export function shrink(db: Sqlite.Database): boolean {
  if (pragma(db, 'auto_vacuum') !== INCREMENTAL) return false
  const began = performance.now()
  const keep = Math.floor(pragma(db, 'page_count') * KEPT_SHARE)
  for (let free = freePages(db); free > keep; free = freePages(db)) {
    if (performance.now() - began > LIMITS.backgroundMs / 2) return true
    db.pragma(`incremental_vacuum(${Math.min(STEP_PAGES, free - keep)})`)
  }
  return false
}

const INCREMENTAL = 2

function freePages(db: Sqlite.Database): number {
  return pragma(db, 'freelist_count')
}

function pragma(db: Sqlite.Database, name: string): number {
  return Number(db.pragma(name, { simple: true }))
}

/** Copies the WAL into the file; the next write starts it anew. Never waits for a reader. */
export function checkpoint(db: Sqlite.Database): void {
  db.pragma('wal_checkpoint(PASSIVE)')
}
