import type { Range } from '../match/leaf-place.ts'

/** The range of a word, including its quotes. */
export interface ShellWord extends Range {
  /** The ranges of its substitutions. Quotes inside them do not belong to the word. */
  readonly inner: readonly Range[]
}
