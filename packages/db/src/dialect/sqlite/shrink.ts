import type Sqlite from 'better-sqlite3'
import { LIMITS } from '../../limits.ts'

/** Pages that a first step moves; SQLite moves as many as it is told, so time decides between steps. */
const STEP_PAGES = 32

/** Gives free pages at the end of the file back until `keep` are left or the slice is over; returns whether there is more. */
export function shrink(db: Sqlite.Database, keep: number): boolean {
  if (Number(db.pragma('auto_vacuum', { simple: true })) !== INCREMENTAL) return false
  const began = performance.now()
  for (let free = freePages(db); free > keep; free = freePages(db)) {
    if (performance.now() - began > LIMITS.backgroundMs / 2) return true
    db.pragma(`incremental_vacuum(${Math.min(STEP_PAGES, free - keep)})`)
  }
  return false
}

const INCREMENTAL = 2

function freePages(db: Sqlite.Database): number {
  return Number(db.pragma('freelist_count', { simple: true }))
}

/** Copies the log of writes into the file; the next write begins it anew. Never waits for a reader. */
export function checkpoint(db: Sqlite.Database): void {
  db.pragma('wal_checkpoint(PASSIVE)')
}
