/** One fault to put into the code, and the tests that should notice it. */
export interface Mutant {
  readonly area: 'authorization' | 'redaction' | 'bounds' | 'tail' | 'chain' | 'erasure'
  readonly file: string
  /** Text that is in the file exactly once. */
  readonly find: string
  readonly replace: string
  /** The fault as a sentence about the product. */
  readonly fault: string
  /** Arguments for Vitest that choose the tests. */
  readonly tests: readonly string[]
}
