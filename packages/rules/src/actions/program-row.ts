import type { Capability } from './capabilities.ts'

/** One line of a table: these programs can do this, if their arguments match. */
export interface ProgramRow {
  /** Names without folders and without `.exe`, separated by spaces. `*` stands for any program. */
  readonly programs: string
  readonly does: Capability
  /** Tried on the arguments without their quotes, joined with spaces. Without it the program always does this. */
  readonly given?: RegExp
}
