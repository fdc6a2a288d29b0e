import { Agent, request, type IncomingHttpHeaders } from 'node:http'

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface Sent {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal?: AbortSignal
}

/** Creates a client with its own connections. Status 0 means that the connection or the request failed. */
export function httpClient(port: number, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return (path: string, { method = 'GET', headers = {}, body, signal }: Sent = {}): Promise<Reply> =>
    new Promise((resolve) => {
      const failed = () => resolve({ status: 0, headers: {}, text: '' })
      const sent = request(
        { host: '127.0.0.1', port, path, method, agent, headers, ...(signal === undefined ? {} : { signal }) },
        (reply) => {
          const parts: Buffer[] = []
          reply.on('data', (part: Buffer) => parts.push(part))
          reply.on('error', failed)
          reply.on('end', () =>
            resolve({
              status: reply.statusCode ?? 0,
              headers: reply.headers,
              text: Buffer.concat(parts).toString(),
            }),
          )
        },
      )
      sent.on('error', failed)
      sent.end(body)
    })
}

export type HttpClient = ReturnType<typeof httpClient>

export const json = (key: string) => ({ 'content-type': 'application/json', 'x-api-key': key })
