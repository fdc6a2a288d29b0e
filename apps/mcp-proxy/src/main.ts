#!/usr/bin/env node
import { Command } from 'commander'
import { isMain } from '@sentinelmesh/command-line/is-main'
import { runProgram } from '@sentinelmesh/command-line/run-program'
import manifest from '../package.json' with { type: 'json' }
import { mcpCommand } from './command.ts'
import { runProxy } from './run.ts'

export { runProxy }

/** Runs `sentinelmesh` with these arguments, of which the first is `mcp`. */
export async function main(args: readonly string[]): Promise<void> {
  const root = new Command('sentinelmesh')
    .version(manifest.version)
    .showHelpAfterError('(add --help for what can be given)')
    .exitOverride()
  mcpCommand(root, runProxy)
  await runProgram(root, args)
}

if (isMain(import.meta.url)) await main(['mcp', ...process.argv.slice(2)])
