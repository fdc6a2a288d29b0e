import { answerHook } from './answer.ts'
import { HELP, readArguments } from './arguments.ts'
import { flush } from './deliver.ts'
import type { Places } from './places.ts'
import { write } from './write.ts'

/** Runs one call and ends the process. */
export async function run(args: readonly string[], places: Places): Promise<never> {
  const command = readArguments(args)
  switch (command.type) {
    case 'help':
      write(1, HELP)
      return process.exit(0)
    case 'wrong':
      // Not 2, by which a hook refuses what the agent wants to do.
      write(2, `sentinelmesh-hook: ${command.say}\n`)
      return process.exit(1)
    case 'flush':
      return flush(places)
    case 'hook':
      // What starts this program, for the one that delivers.
      return answerHook(command, places, process.argv.slice(1, process.argv.length - args.length))
  }
}
