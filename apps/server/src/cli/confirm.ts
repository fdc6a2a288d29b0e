import { createInterface } from 'node:readline/promises'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'

/**
 * Asks on a terminal, and ends the command unless the answer is `expected`. Without a terminal, `--yes` is required.
 */
export async function confirm(question: string, expected = 'yes'): Promise<void> {
  if (!process.stdin.isTTY) throw new CommandFailed('Nobody is there to be asked: say --yes.', 2)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await terminal.question(`${question} Type ${expected}: `).finally(() => terminal.close())
  if (answer.trim() !== expected) throw new CommandFailed('Nothing was changed.')
}
