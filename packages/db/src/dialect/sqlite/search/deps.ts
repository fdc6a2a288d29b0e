import type { Rollups } from '../../../rollups.ts'
import type { Readers } from '../read/readers.ts'

export interface SearchDeps {
  readonly readers: Readers
  readonly searchMs: number
  readonly sliceMs: number
  /** Time budget for a single entry, in milliseconds. */
  readonly entryMs: number
}

export interface LogSearchDeps extends SearchDeps {
  readonly rollups: Rollups
  /** Called for each incomplete result. */
  readonly onIncomplete: () => void
}
