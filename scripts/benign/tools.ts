import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { toolDefinition, type Family, type Text } from './family.ts'
import { toolsOf, type ToolDefinition } from './mcp-client.ts'
import { MCP_SERVERS } from './mcp-servers.ts'

/** Definitions of tools as MCP servers list them. */
export const TOOLS: readonly Family[] = [
  {
    name: 'own-mcp',
    category: 'benign_tool_definition',
    texts: ({ root }) => ownTools(root),
    entry: toolDefinition,
  },
  {
    name: 'npm-mcp',
    category: 'benign_tool_definition',
    texts: ({ mcpPackages }) => publicTools(mcpPackages),
    entry: toolDefinition,
  },
]

/** The parts of a tool of this repository's own server that go into its definition. */
interface OwnTool {
  readonly name: string
  readonly about: string
  readonly input: { readonly toJSONSchema: () => unknown }
}

async function ownTools(root: string): Promise<Text[]> {
  // A computed address, so that the type check of the scripts does not take in the whole server.
  const source = pathToFileURL(join(root, 'apps/server/src/mcp/tools/tools.ts')).href
  const { TOOLS: tools } = (await import(source)) as { readonly TOOLS: readonly OwnTool[] }
  return tools.map(({ name, about, input }) =>
    definition({ name, description: about, inputSchema: input.toJSONSchema() }),
  )
}

async function publicTools(folder: string): Promise<Text[]> {
  if (!existsSync(folder)) throw new Error('there is no mcp-packages beside the output (see --install-mcp)')
  const home = mkdtempSync(join(tmpdir(), 'benign-mcp-'))
  const all: Text[] = []
  for (const server of MCP_SERVERS) {
    try {
      const tools = await toolsOf(server, folder, home)
      console.error(`  ${server.package}: ${tools.length} tools`)
      const sorted = [...tools].sort((a, b) => (a.name < b.name ? -1 : 1))
      // Some descriptions name the folder, which is a different one in each run.
      all.push(...sorted.map((tool) => ({ text: definition(tool).text.replaceAll(home, '/home/user') })))
    } catch (error) {
      console.error(`  ${server.package}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  // Not after each server, because a process that a server started may still write while it ends.
  rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  return all
}

function definition({ name, description, inputSchema }: ToolDefinition): Text {
  return { text: JSON.stringify({ name, description, inputSchema }) }
}

/**
 * Installs the public servers into a folder, one after the other, so that one that fails does not keep out the others.
 * The packages' install scripts do not run.
 */
export function installMcp(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const { package: name } of MCP_SERVERS) {
    const { status } = spawnSync(
      'npm',
      ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', folder, name],
      { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
    )
    console.error(`${name}: ${status === 0 ? 'installed' : 'failed'}`)
  }
}
