import { Client as NewClient, StreamableHTTPClientTransport as NewHttp } from '@modelcontextprotocol/client'
import { StdioClientTransport as NewStdio } from '@modelcontextprotocol/client/stdio'
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as OldStdio } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport as OldHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

/** The part of the official client that both generations have in common. */
export interface McpClient extends AsyncDisposable {
  readonly instructions: string
  tools(): Promise<
    readonly { name: string; description?: string | undefined; annotations?: unknown; outputSchema?: unknown }[]
  >
  /** The client validates the result against the tool's own schema. */
  call(name: string, args?: object): Promise<Called>
  read(uri: string): Promise<string>
  templates(): Promise<readonly string[]>
  prompt(name: string, args: Record<string, string>): Promise<string>
}

export interface Called {
  readonly isError: boolean
  readonly text: string
  readonly data: Record<string, unknown>
}

export type Generation = '2026-07-28' | '2025-11-25'
export const GENERATIONS: readonly Generation[] = ['2026-07-28', '2025-11-25']

/** A client reaches the server over HTTP, or through a command with a stdio transport. */
export type Where =
  | { readonly url: string; readonly key: string }
  | { readonly command: readonly string[]; readonly env: Readonly<Record<string, string>> }

const INFO = { name: 'test', version: '1' }

export async function mcpClient(generation: Generation, where: Where): Promise<McpClient> {
  const client =
    generation === '2026-07-28'
      ? new NewClient(INFO, { versionNegotiation: { mode: { pin: '2026-07-28' } } })
      : new OldClient(INFO)
  await client.connect(transport(generation, where) as never)
  // The tests use the same methods of both clients. Only the types differ.
  const both = client as unknown as NewClient
  await both.listTools()
  return {
    instructions: both.getInstructions() ?? '',
    tools: async () => (await both.listTools()).tools,
    async call(name, args = {}) {
      const {
        isError = false,
        content,
        structuredContent,
      } = await both.callTool({
        name,
        arguments: args as Record<string, unknown>,
      })
      const [first] = content
      return {
        isError,
        text: first?.type === 'text' ? first.text : '',
        data: (structuredContent ?? {}) as Record<string, unknown>,
      }
    },
    async read(uri) {
      const [first] = (await both.readResource({ uri })).contents
      return first !== undefined && 'text' in first ? first.text : ''
    },
    templates: async () => (await both.listResourceTemplates()).resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    async prompt(name, args) {
      const [first] = (await both.getPrompt({ name, arguments: args })).messages
      return first?.content.type === 'text' ? first.content.text : ''
    },
    [Symbol.asyncDispose]: () => both.close(),
  }
}

function transport(generation: Generation, where: Where): unknown {
  const isNew = generation === '2026-07-28'
  if ('url' in where) {
    const options = { requestInit: { headers: { authorization: `Bearer ${where.key}` } } }
    return isNew ? new NewHttp(new URL(where.url), options) : new OldHttp(new URL(where.url), options)
  }
  const [command = '', ...args] = where.command
  const options = { command, args: [...args], env: { ...where.env }, stderr: 'ignore' as const }
  return isNew ? new NewStdio(options) : new OldStdio(options)
}
