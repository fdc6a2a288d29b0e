import type Sqlite from 'better-sqlite3'
import { prepareErase } from './erase.ts'
import type { BackgroundRequest, RemovedSlice } from '../threads/protocol.ts'
import { preparePurge, prepareTrim } from './purge.ts'
import { openScrubber } from '../space/scrub.ts'
import { checkpoint, shrink } from '../space/shrink.ts'

export interface Background {
  /** One slice; see `BackgroundRequest` for what it does and each part for what it returns. */
  run(request: BackgroundRequest): unknown
  /** After the database was closed. */
  close(): void
}

/**
 * Removing writes much to the log: each page that is freed is cleared first, some five hundred of them a slice. Copied back
 * after so many slices they are few enough for a slice; left to SQLite, which does it at the end of some commit, they would
 * be thousands.
 */
const SLICES_PER_CHECKPOINT = 3
/** After a pause of so long the log may hold what appends wrote, almost as much as SQLite lets it. */
const PAUSE_MS = 1_000

const NOTHING_YET: RemovedSlice = { removed: 0, bytes: 0, ranges: 0, more: true }

/** The writer's side of what can wait: removing, and giving back what that frees. */
export function prepareBackground(db: Sqlite.Database, file: string): Background {
  const purge = preparePurge(db)
  const erase = prepareErase(db)
  const trim = prepareTrim(db)
  const scrubber = openScrubber(db, file)
  let slices = 0
  let lastAt = Number.NEGATIVE_INFINITY
  /** Every few slices it is this slice's turn, instead of its work: at the end of that it would be too long. */
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
          return { ready: scrubber.emptyLog(), next: 0 }
        case 'scrub':
          return scrubber.scrub(request.from)
      }
    },
    close: () => scrubber.close(),
  }
}
