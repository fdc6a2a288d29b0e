import type Sqlite from 'better-sqlite3'
import { prepareErase } from './erase.ts'
import type { BackgroundRequest, RemovedSlice } from '../threads/protocol.ts'
import { preparePurge, prepareTrim } from './purge.ts'
import { openWiper } from '../space/wipe-unallocated.ts'
import { checkpoint, shrink } from '../space/shrink.ts'

export interface Background {
  /** Runs one slice of a `BackgroundRequest`. */
  run(request: BackgroundRequest): unknown
  /** Call it after the database was closed. */
  close(): void
}

/**
 * Removal writes much to the WAL, because `secure_delete` clears every freed page: about 500 pages per slice. After this
 * many slices a checkpoint is short enough for a slice of its own. SQLite's automatic checkpoint would copy thousands of
 * pages at the end of some commit.
 */
const SLICES_PER_CHECKPOINT = 3
/** After a pause this long, appends may have filled the WAL almost to the limit of the automatic checkpoint. */
const PAUSE_MS = 1_000

const NOTHING_YET: RemovedSlice = { removed: 0, bytes: 0, ranges: 0, more: true }

/** The writer's background work: removal, and returning the freed space. */
export function prepareBackground(db: Sqlite.Database, file: string): Background {
  const purge = preparePurge(db)
  const erase = prepareErase(db)
  const trim = prepareTrim(db)
  const wiper = openWiper(db, file)
  let slices = 0
  let lastAt = Number.NEGATIVE_INFINITY
  /** Every few slices a checkpoint replaces the slice's work. After the work, it would make the slice too long. */
  const isToCheckpoint = (): boolean => {
    const paused = performance.now() - lastAt > PAUSE_MS
    lastAt = performance.now()
    if (!paused && ++slices % SLICES_PER_CHECKPOINT > 0) return false
    checkpoint(db)
    return true
  }
  return {
    run(request) {
      switch (request.type) {
        case 'purge':
          return isToCheckpoint() ? NOTHING_YET : purge(request)
        case 'erase':
          return isToCheckpoint() ? NOTHING_YET : erase(request)
        case 'trim':
          return trim(request)
        case 'shrink':
          return isToCheckpoint() || shrink(db)
        case 'checkpoint':
          return checkpoint(db)
        case 'empty-log':
          return { ready: wiper.emptyLog(), next: 0 }
        case 'wipe':
          return wiper.wipe(request.from)
      }
    },
    close: () => wiper.close(),
  }
}
