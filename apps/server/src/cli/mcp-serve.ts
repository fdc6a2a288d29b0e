import { serveLines } from '../mcp/stdio.ts'
import { connect } from './connect.ts'

/**
 * `sentinelmesh mcp serve`: serves the log over MCP on standard input and output, for clients that start their servers.
 */
export async function serveMcp({ org }: { readonly org?: string }): Promise<void> {
  await using connection = await connect(org)
  await serveLines(process.stdin, process.stdout, async (body, headers, signal) => {
    const reply = await connection.send('/mcp', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body,
      signal,
    })
    return { status: reply.status, text: await reply.text() }
  })
}
