/** A fault to put into the code, and the tests that should notice it. */
export interface Mutant {
  readonly area: 'authorization' | 'redaction' | 'bounds' | 'tail' | 'chain' | 'erasure'
  readonly file: string
  /** Must occur exactly once in the file. */
  readonly find: string
  readonly replace: string
  /** Describes the effect on the product in one sentence. */
  readonly fault: string
  /** Vitest arguments that select the tests. */
  readonly tests: readonly string[]
}
