import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Entry } from '../src/index.ts'

/** The contents of one request. */
interface Call {
  readonly entries: Entry[]
  readonly bytes: number
  readonly headers: IncomingMessage['headers']
  readonly path: string | undefined
}
export type Answer = (call: Call, response: ServerResponse) => void

/** A server with tRPC's envelopes on a free port. Replies with `answers`, one per request, and then stores. */
export async function tinyServer({ port = 0, answers = [] }: { port?: number; answers?: Answer[] } = {}) {
  const calls: Call[] = []
  const stored = new Map<string, Entry>()

  const store: Answer = ({ entries }, response) => {
    const results = entries.map(({ id }) => {
      const known = stored.has(String(id))
      return { log_id: `log-${id}`, risk: 0, matches: [], ...(known ? { duplicate: true } : {}) }
    })
    for (const entry of entries) if (!stored.has(String(entry.id))) stored.set(String(entry.id), entry)
    reply(response, 200, { result: { data: { accepted: entries.length, rejected: [], results } } })
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const call = {
        entries: JSON.parse(body.toString()) as Entry[],
        bytes: body.length,
        headers: request.headers,
        path: request.url,
      }
      calls.push(call)
      const answer = answers.shift() ?? store
      answer(call, response)
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const at = (server.address() as AddressInfo).port

  return {
    url: `http://127.0.0.1:${at}`,
    port: at,
    calls,
    stored,
    store,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** An error in the format of the server's error formatter. */
export function fails(status: number, code: string, message: string, details: Record<string, unknown> = {}): Answer {
  return (_, response) =>
    reply(response, status, {
      error: { message, code: -32_603, data: { code, details, httpStatus: status, requestId: 'r-1' } },
    })
}
