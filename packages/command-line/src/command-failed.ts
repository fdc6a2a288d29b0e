/** Ends a command with a sentence. Exit code 1: a finding or a failure; 2: wrong usage. */
export class CommandFailed extends Error {
  override readonly name: string = 'CommandFailed'
  readonly exitCode: 1 | 2
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** A setting cannot be used. */
export class ConfigError extends CommandFailed {
  override readonly name = 'ConfigError'
  constructor(message: string) {
    super(message, 2)
  }
}
