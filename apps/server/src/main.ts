#!/usr/bin/env node
import { realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { CommanderError } from 'commander'
import { CommandFailed } from './cli/command-failed.ts'
import { ConfigError } from './config.ts'

/** Runs one command; sets the exit code: 0 done, 1 a finding or failure, 2 wrong usage. */
export async function main(args: readonly string[]): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `| head` closes the pipe: that is no fault.
    process.exit(error.code === 'EPIPE' ? 0 : say(`Standard output cannot be written (${error.code}).`, 1))
  })
  try {
    const { program } = isMcpProxy(args) ? await import('./cli/mcp/proxy-command.ts') : await import('./cli/program.ts')
    await program().parseAsync(args, { from: 'user' })
  } catch (error) {
    process.exitCode = exitCodeOf(error)
  }
}

/** What stands below `mcp` and is no proxy, and its help, which names all of that. */
const BESIDE_PROXY: ReadonlySet<string> = new Set(['pins', 'approve', 'serve', 'help', '--help', '-h'])

function isMcpProxy([name, next]: readonly string[]): boolean {
  return name === 'mcp' && next !== undefined && !BESIDE_PROXY.has(next)
}

/** By name: their modules are not loaded for commands that meet none of them. */
const TOLD_BY_THEMSELVES: ReadonlySet<string> = new Set(['StoreFileError', 'FolderHeld'])

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof ConfigError) return say(error.message, 2)
  if (error instanceof CommandFailed) return say(error.message, error.exitCode)
  if (error instanceof Error && TOLD_BY_THEMSELVES.has(error.name)) return say(error.message, 1)
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return say('The port is taken by another program. Stop that, or choose another with SENTINELMESH_PORT.', 1)
  }
  return say(error instanceof Error ? (error.stack ?? error.message) : String(error), 1)
}

function say(sentence: string, code: number): number {
  process.stderr.write(`sentinelmesh: ${sentence}\n`)
  return code
}

const entry = process.argv[1]
if (entry !== undefined && import.meta.url === pathToFileURL(realpathSync(entry)).href)
  await main(process.argv.slice(2))
