import { type Command, Option } from 'commander'
import { mcpCommand } from '@sentinelmesh/mcp-proxy/command'
import { serveMcp } from '../mcp-serve.ts'
import { approvePin, listPins } from './pins.ts'
import { proxyProgram } from './proxy-program.ts'

/** `sentinelmesh mcp` and its subcommands. */
export function mcpCommands(
  root: Command,
  command: (parent: Command, name: string, description: string) => Command,
  org: () => Option,
): void {
  const mcp = mcpCommand(root, async (server, options) => (await proxyProgram()).runProxy(server, options))
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
