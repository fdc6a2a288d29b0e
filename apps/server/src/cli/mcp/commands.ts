import { type Command, Option } from 'commander'
import { serveMcp } from '../mcp-serve.ts'
import { approvePin, listPins } from './pins.ts'
import { runProxy } from './run.ts'

/** `sentinelmesh mcp` and what stands below it. */
export function mcpCommands(
  root: Command,
  command: (parent: Command, name: string, description: string) => Command,
  org: () => Option,
): void {
  const mcp = command(
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
    .option('--budget <ms>', 'how long a call waits for its verdict', '50')
    .option('--key-file <file>', 'a file with the API key; default: SENTINELMESH_API_KEY')
    .action(runProxy)
  command(mcp, 'pins', 'list what MCP servers define and what of it changed; exit code 1 if something waits')
    .option('--server <server>', 'only of this server, by name or id')
    .option('--waiting', 'only what waits to be approved')
    .addOption(org())
    .option('--json', 'print as JSON')
    .action(listPins)
  command(mcp, 'approve', 'accept a definition that changed')
    .argument('<server>', 'name or id of the server')
    .argument('[name]', 'of the tool or prompt')
    .addOption(new Option('--kind <kind>', 'what it is').choices(['tool', 'prompt', 'instructions']).default('tool'))
    .option('--hash <hash>', 'the very version that you looked at')
    .addOption(org())
    .option('--json', 'print as JSON')
    .action(approvePin)
  command(mcp, 'serve', 'answer a model about the log, over standard input and output (see docs/mcp-server.md)')
    .addOption(org())
    .action(serveMcp)
}
