import type { Rollups } from '../../../rollups.ts'
import type { Readers } from '../read/readers.ts'

export interface SearchDeps {
  readonly readers: Readers
  readonly searchMs: number
  readonly sliceMs: number
  /** Milliseconds for one entry. */
  readonly entryMs: number
}

export interface LogSearchDeps extends SearchDeps {
  readonly rollups: Rollups
  /** Told of each answer that is incomplete. */
  readonly onIncomplete: () => void
}
