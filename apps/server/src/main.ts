#!/usr/bin/env node
import { isMain } from '@sentinelmesh/command-line/is-main'
import { proxyProgram } from './cli/mcp/proxy-program.ts'

/** Runs one command; sets the exit code: 0 done, 1 a finding or failure, 2 wrong usage. */
export async function main(args: readonly string[]): Promise<void> {
  if (isMcpProxy(args)) return (await proxyProgram()).main(args)
  const [{ runProgram }, { program }] = await Promise.all([
    import('@sentinelmesh/command-line/run-program'),
    import('./cli/program.ts'),
  ])
  return runProgram(program(), args)
}

/** Subcommands of `mcp` that are not the proxy, and its help, which lists them. */
const OTHER_SUBCOMMANDS: ReadonlySet<string | undefined> = new Set(['pins', 'approve', 'serve', 'help', '--help', '-h'])

/** Many proxies run on a machine, so a proxy loads nothing of the server. */
function isMcpProxy([name, next]: readonly string[]): boolean {
  return name === 'mcp' && !OTHER_SUBCOMMANDS.has(next)
}

if (isMain(import.meta.url)) await main(process.argv.slice(2))
