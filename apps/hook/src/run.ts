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
      // Not 2, because a hook refuses the agent's action with 2.
      write(2, `sentinelmesh-hook: ${command.say}\n`)
      return process.exit(1)
    case 'flush':
      return flush(places)
    case 'hook':
      // The command that starts this program, used to deliver later.
      return answerHook(command, places, process.argv.slice(1, process.argv.length - args.length))
  }
}
