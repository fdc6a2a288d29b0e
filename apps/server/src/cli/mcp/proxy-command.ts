import { Command, Option } from 'commander'
import { VERSION } from '../../version.ts'
import { runProxy } from './run.ts'

/** `sentinelmesh mcp` itself, without what stands below it. */
export function proxyCommand(
  root: Command,
  command: (parent: Command, name: string, description: string) => Command,
): Command {
  return command(
    root,
    'mcp',
    'stand before an MCP server, judge what it and its client say, and report it (see docs/mcp.md)',
  )
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
      new Option('--ask <how>', 'calls that a person is to decide on').choices(['block', 'pass']).default('block'),
    )
    .option('--budget <ms>', 'how long a call waits for its verdict', '1000')
    .option('--key-file <file>', 'a file with the API key; default: SENTINELMESH_API_KEY')
    .action(runProxy)
}

/** The command line of a proxy alone: many of them run on a machine, and none needs what a server needs. */
export function program(): Command {
  const root = new Command('sentinelmesh')
    .version(VERSION)
    .showHelpAfterError('(add --help for what can be given)')
    .exitOverride()
  proxyCommand(root, (parent, name, description) => parent.command(name).description(description).exitOverride())
  return root
}
