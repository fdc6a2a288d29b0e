import { createTRPCClient, httpLink, TRPCClientError, type TRPCClient } from '@trpc/client'
import type { AppRouter } from '@sentinelmesh/api'
import { readClientConfig } from '@sentinelmesh/command-line/addresses'
import { errorDetail } from '@sentinelmesh/command-line/error-detail'
import { readConfig } from '../config.ts'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { type Fetch, localServer } from './local-server.ts'
import { visible } from '@sentinelmesh/command-line/print'

export interface Connection extends AsyncDisposable {
  /** Shown to people: the address of the server, or the data folder. */
  readonly where: string
  readonly trpc: TRPCClient<AppRouter>
  /** Posts JSON to a REST path whose reply is a stream. An error reply ends the command with its message. */
  post(path: string, body: unknown, signal: AbortSignal): Promise<Response>
  /** Like `post`, without a body. */
  get(path: string, signal: AbortSignal): Promise<Response>
  /** Returns every reply, including errors. */
  send(path: string, request: MadeRequest): Promise<Response>
}

interface MadeRequest {
  readonly method: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signal?: AbortSignal
}

/**
 * Connects to the API at `SENTINELMESH_URL` if it is set. Otherwise it uses the data folder: through the socket of the
 * server that holds it, or by holding it until the command ends. All three offer the same API.
 */
export async function connect(org: string | undefined): Promise<Connection> {
  const orgHeader: Record<string, string> = org === undefined ? {} : { 'x-sentinelmesh-org': org }
  const remote = readClientConfig(process.env)
  if (remote !== null) {
    if (remote.apiKey === null)
      throw new CommandFailed(
        'SENTINELMESH_URL is set; set SENTINELMESH_API_KEY too, to a key with the scopes that this command needs. Administration takes manage.',
        2,
      )
    const headers = { ...orgHeader, 'x-api-key': remote.apiKey }
    const fetchThere = fetchFrom(remote.url)
    return {
      where: remote.url,
      trpc: createTRPCClient<AppRouter>({
        links: [httpLink({ url: `${remote.url}/trpc`, headers, fetch: fetchThere })],
      }),
      ...rest(fetchThere, remote.url, headers),
      [Symbol.asyncDispose]: async () => {},
    }
  }
  const config = readConfig(process.env)
  const server = await localServer(config)
  return {
    where: `the data folder ${config.dataDir}`,
    trpc: createTRPCClient<AppRouter>({
      links: [httpLink({ url: 'http://localhost/trpc', headers: orgHeader, fetch: server.fetch })],
    }),
    ...rest(server.fetch, 'http://localhost', orgHeader),
    [Symbol.asyncDispose]: server.leave,
  }
}

/**
 * A `fetch` that ends the command with an error message if no SentinelMesh server answers, or if the key is unknown.
 */
function fetchFrom(address: string): Fetch {
  return async (input, init) => {
    // A redirect could send the key to another server.
    const reply = await fetch(input, { ...init, redirect: 'manual' } as RequestInit).catch((error: unknown) => {
      if (init?.signal?.aborted) throw error
      throw new CommandFailed(`The server under ${address} does not answer${reasonOf(error)}.`)
    })
    if (reply.status >= 300 && reply.status < 400)
      throw new CommandFailed(
        `What answers under ${address} redirects (${reply.status}), which is not followed: set SENTINELMESH_URL to where it leads.`,
      )
    const type = reply.headers.get('content-type') ?? 'nothing'
    if (!/json|csv|yaml|protobuf/.test(type))
      throw new CommandFailed(
        `What answers under ${address} is no SentinelMesh server: it says ${reply.status}, with ${visible(type)}. Check SENTINELMESH_URL.`,
      )
    if (reply.status === 401)
      throw new CommandFailed(
        `The server under ${address} does not know this SENTINELMESH_API_KEY: it was revoked, or is of another server.`,
      )
    return reply
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : null
  return cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
}

function rest(
  fetch: Fetch,
  origin: string,
  headers: Record<string, string>,
): Pick<Connection, 'get' | 'post' | 'send'> {
  const send = async (path: string, init: Parameters<Fetch>[1]) => {
    const reply = await fetch(`${origin}${path}`, init)
    if (!reply.ok) throw new CommandFailed(detailOf(await reply.text()) ?? `The server answered ${reply.status}.`)
    return reply
  }
  return {
    send: (path, { headers: own, ...request }) =>
      fetch(`${origin}${path}`, { ...request, headers: { ...own, ...headers } }),
    get: (path, signal) => send(path, { headers, signal }),
    post: (path, body, signal) =>
      send(path, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal,
      }),
  }
}

/** Null if the body holds no error message. */
function detailOf(text: string): string | null {
  try {
    return errorDetail(JSON.parse(text))
  } catch {
    return null
  }
}

/** Runs a command against the API. An error of the API ends the command with its message. */
export async function withApi<Result>(
  org: string | undefined,
  work: (trpc: TRPCClient<AppRouter>, connection: Connection) => Promise<Result>,
): Promise<Result> {
  await using connection = await connect(org)
  try {
    return await work(connection.trpc, connection)
  } catch (error) {
    if (error instanceof TRPCClientError) throw new CommandFailed(sentenceOf(error))
    throw error
  }
}

function sentenceOf(error: TRPCClientError<AppRouter>): string {
  const issues = error.data?.details?.issues
  if (issues !== undefined && issues.length > 0) return issues.map(({ msg }) => msg).join(' ')
  return error.cause instanceof CommandFailed ? error.cause.message : error.message
}
