import type { Range } from '../match/leaf-place.ts'

/** Where a word stands, quotes included. */
export interface ShellWord extends Range {
  /** Its substitutions: quotes inside them are theirs. */
  readonly inner: readonly Range[]
}
