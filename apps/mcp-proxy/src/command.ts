import { Option, type Command } from 'commander'
import type { Fail } from './verdicts/gate.ts'

/** The options of `sentinelmesh mcp`, as they were typed. */
export interface ProxyOptions {
  readonly name?: string
  readonly url?: string
  readonly listen: string
  readonly fail: Fail
  readonly ask: 'policy' | 'block' | 'pass'
  readonly budget: string
  readonly keyFile?: string
}

export type RunProxy = (command: readonly string[], options: ProxyOptions) => Promise<void>

/** The exports of the built program. */
export interface ProxyProgram {
  main(args: readonly string[]): Promise<void>
  readonly runProxy: RunProxy
}

/** Adds `mcp` to a command line. The server adds subcommands to it. */
export function mcpCommand(root: Command, run: RunProxy): Command {
  return root
    .command('mcp')
    .description('stand before an MCP server, judge what it and its client say, and report it (see docs/mcp.md)')
    .usage('[options] -- <server command…>')
    .argument('[command...]', 'what starts the MCP server, after --')
    .option('--url <address>', 'an MCP server over streamable HTTP instead')
    .option('--listen <address>', 'with --url: where this proxy answers; port 0 is any free one', '127.0.0.1:0')
    .option('--name <name>', 'what the server is called in the log; default: from its command or address')
    .addOption(
      new Option('--fail <how>', 'calls about which no verdict comes in time')
        .choices(['open', 'closed', 'rules'])
        .default('open'),
    )
    .addOption(
      new Option('--ask <how>', 'calls that a person is to decide on; policy: as the verdict policy says')
        .choices(['policy', 'block', 'pass'])
        .default('policy'),
    )
    .option('--budget <ms>', 'how long a call waits for its verdict', '1000')
    .option('--key-file <file>', 'a file with the API key; default: SENTINELMESH_API_KEY')
    .action(run)
}
