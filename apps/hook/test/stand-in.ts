import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A server that gives whatever reply a test needs. */
export interface StandIn extends AsyncDisposable {
  readonly url: string
  readonly received: readonly Received[]
  answer: (request: Received, response: ServerResponse) => void
}

export const ALLOWED = JSON.stringify({ verdict: 'allow', stdout: '', stderr: '', exit: 0 })

export async function standIn(answer: StandIn['answer'] = (_, response) => response.end(ALLOWED)): Promise<StandIn> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const one = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) }
      received.push(one)
      standing.answer(one, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const standing: StandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return standing
}

/** An address where nothing listens. */
export async function deadAddress(): Promise<string> {
  const gone = await standIn()
  await gone[Symbol.asyncDispose]()
  return gone.url
}
