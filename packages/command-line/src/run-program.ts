import { CommanderError, type Command } from 'commander'
import { CommandFailed } from './command-failed.ts'

/** Runs one command and sets the exit code. 0: done; 1: a finding or a failure; 2: wrong usage. */
export async function runProgram(program: Command, args: readonly string[]): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `| head` closes the pipe, which is not a failure.
    process.exit(error.code === 'EPIPE' ? 0 : fail(`Standard output cannot be written (${error.code}).`, 1))
  })
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    process.exitCode = exitCodeOf(error)
  }
}

/** Errors whose message is a sentence for the operator. Compared by name, so that their modules are not loaded here. */
const WITH_SENTENCE: ReadonlySet<string> = new Set(['StoreFileError', 'FolderHeld'])

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof CommandFailed) return fail(error.message, error.exitCode)
  if (error instanceof Error && WITH_SENTENCE.has(error.name)) return fail(error.message, 1)
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
    return fail('The port is taken by another program. Stop that, or choose another with SENTINELMESH_PORT.', 1)
  return fail(error instanceof Error ? (error.stack ?? error.message) : String(error), 1)
}

function fail(sentence: string, code: number): number {
  process.stderr.write(`sentinelmesh: ${sentence}\n`)
  return code
}
