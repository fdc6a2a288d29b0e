/** Ends a command with a sentence: 1 a finding or failure, 2 wrong usage. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
  readonly exitCode: 1 | 2
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message)
    this.exitCode = exitCode
  }
}
