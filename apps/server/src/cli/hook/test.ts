import type { HookClient } from '@sentinelmesh/api/hooks'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { visible } from '@sentinelmesh/command-line/print'
import { hookAnswer } from './run-hook.ts'
import { sampleInput } from './samples.ts'

/** Requests a verdict about a harmless call with the settings of the client's hook, and prints the result. */
export async function testHook(client: HookClient, { json = false }: { json?: boolean }): Promise<void> {
  const { code, stdout, stderr } = await hookAnswer([client, '--show'], sampleInput(client))
  if (code !== 0) throw new CommandFailed(visible(stderr.trim().replace(/^sentinelmesh-hook: /, '')))
  if (json) {
    process.stdout.write(stdout)
    return
  }
  const answer = JSON.parse(stdout) as Record<string, unknown>
  const shown = (name: string) => visible(String(answer[name] ?? ''))
  const would = 'would' in answer ? ` in dry run (enforced: ${shown('would')})` : ''
  const lines = [
    `verdict ${shown('verdict')}${would}, risk ${shown('risk')}, entry ${shown('log_id')}`,
    `${client} gets: exit ${shown('exit')}, ${answer['stdout'] === '' ? 'nothing on standard output' : shown('stdout')}`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
