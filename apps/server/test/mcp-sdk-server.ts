import { appendFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createMcpHandler, McpServer as NewServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { McpServer as OldServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { z } from 'zod'

/**
 * A program: an MCP server built with the official SDK. Arguments: the generation, `stdio` or `http`, and the base name
 * of the files that record the bytes of each direction. Over HTTP, it prints its address.
 */
const [generation, transport, record = ''] = process.argv.slice(2)

const isNew = generation === '2026-07-28'
const INFO = { name: 'sdk-server', version: '2.3.4' }
const OPTIONS = { instructions: 'Add what is to be added.' }

/** Registers the same tools, resources and prompts with both generations of the SDK. */
function withTools<Server extends OldServer | NewServer>(server: Server): Server {
  const both = server as NewServer
  both.registerTool(
    'say',
    { description: 'Says it.', inputSchema: z.object({ text: z.string() }) },
    async ({ text }) => ({
      content: [{ type: 'text', text }],
    }),
  )
  both.registerTool(
    'add',
    {
      title: 'Sum',
      description: 'Adds two numbers.',
      inputSchema: z.object({ a: z.number(), b: z.number() }),
      outputSchema: z.object({ sum: z.number() }),
      annotations: { readOnlyHint: true },
    },
    async ({ a, b }) => ({ content: [{ type: 'text', text: `${a + b}` }], structuredContent: { sum: a + b } }),
  )
  both.registerResource('note', 'memo://note', { description: 'A note.' }, async (uri) => ({
    contents: [{ uri: uri.href, text: 'Remember the milk.' }],
  }))
  // The older SDK takes the bare shape of a schema.
  const argsSchema = (isNew ? z.object({ name: z.string() }) : { name: z.string() }) as z.ZodObject<{
    name: z.ZodString
  }>
  both.registerPrompt('greet', { description: 'Greets.', argsSchema }, ({ name }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Greet ${name}.` } }],
  }))
  return server
}

const newServer = () => withTools(new NewServer(INFO, OPTIONS))
const oldServer = () => withTools(new OldServer(INFO, OPTIONS))

function keep(direction: 'in' | 'out', bytes: Uint8Array | string): void {
  appendFileSync(`${record}.${direction}`, bytes)
}

async function overLines(): Promise<void> {
  process.stdin.on('data', (chunk: Buffer) => keep('in', chunk))
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = ((chunk: string, ...rest: never[]) => {
    keep('out', chunk)
    return write(chunk, ...rest)
  }) as typeof process.stdout.write
  if (isNew) serveStdio(newServer)
  else await oldServer().connect(new StdioServerTransport())
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

async function overHttp(): Promise<void> {
  const handler = createMcpHandler(newServer, { legacy: 'reject' })
  const sessions = new Map<string, StreamableHTTPServerTransport>()
  const server = createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request)
      const { method = 'GET', headers } = request
      const shownHeaders = Object.entries(headers).filter(([name]) =>
        /^(?:mcp-(?!session-id)|accept$|content-type$)/.test(name),
      )
      keep('in', `${method} ${request.url} ${JSON.stringify(shownHeaders.toSorted())}\n${body.toString('utf8')}\n`)
      if (isNew) {
        const reply = await handler.fetch(
          new Request(`http://${headers.host}${request.url}`, {
            method,
            headers: headers as Record<string, string>,
            ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
          }),
        )
        const text = await reply.text()
        keep('out', `${reply.status}\n${text}\n`)
        response.writeHead(reply.status, Object.fromEntries(reply.headers)).end(text)
        return
      }
      const known = sessions.get(String(headers['mcp-session-id']))
      if (known !== undefined) return known.handleRequest(request, response, parsed(body))
      const opened = new StreamableHTTPServerTransport({
        sessionIdGenerator: () => `session-${sessions.size}`,
        onsessioninitialized: (id) => void sessions.set(id, opened),
      })
      await oldServer().connect(opened as never)
      return opened.handleRequest(request, response, parsed(body))
    })()
  })
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp\n`)
  })
}

function parsed(body: Buffer): unknown {
  return body.length === 0 ? undefined : JSON.parse(body.toString('utf8'))
}

if (transport === 'http') await overHttp()
else await overLines()
