import type Sqlite from 'better-sqlite3'
import { LIMITS } from '../../../limits.ts'

/** Pages that a first step moves; SQLite moves as many as it is told, so time decides between steps. */
const STEP_PAGES = 32

/** Of the file: what stays free for the next entries. Else a file would shrink after each purge and grow again. */
const KEPT_SHARE = 0.1

/** Gives free pages at the end of the file back, for the time of a slice; returns whether there is more. */
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

/** Copies the log of writes into the file; the next write begins it anew. Never waits for a reader. */
export function checkpoint(db: Sqlite.Database): void {
  db.pragma('wal_checkpoint(PASSIVE)')
}
