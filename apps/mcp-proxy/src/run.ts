import { visible } from '@sentinelmesh/command-line/print'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import type { ProxyOptions } from './command.ts'
import { proxyParts } from './parts.ts'
import { serverAt, serverOfCommand } from './proxied-server.ts'
import { budgetMsOf, KEY_NAME, listenAt, readSettings, upstreamOf } from './settings.ts'
import type { Gate } from './verdicts/gate.ts'

/** `sentinelmesh mcp`: a proxy between an MCP client and its server that inspects and reports their messages. */
export async function runProxy(command: readonly string[], options: ProxyOptions): Promise<void> {
  if ((command.length === 0) === (options.url === undefined))
    throw new CommandFailed(
      'Give the MCP server: as a command, sentinelmesh mcp -- npx some-server, or with --url its address; not both.',
      2,
    )
  const budgetMs = budgetMsOf(options.budget)
  const settings = readSettings(process.env, options.keyFile)
  const upstream = options.url === undefined ? null : upstreamOf(options.url)
  const parts = proxyParts({
    ...settings,
    server: upstream === null ? serverOfCommand(command, options.name) : serverAt(upstream, options.name),
    // Over HTTP, the program that starts the proxy may not be its client.
    claudeSession: upstream === null ? process.env['CLAUDE_CODE_SESSION_ID'] || null : null,
    fail: options.fail,
    onAsk: options.ask,
    budgetMs,
    warn,
  })
  // A client that stops reading ends the conversation. The proxy still has to report what it has.
  process.stdout.removeAllListeners('error')
  const stopped = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(name, () => stopped.abort())
  await (upstream === null
    ? runStdio(command, parts, stopped.signal)
    : runHttp(upstream, listenAt(options.listen), parts, stopped.signal))
}

type Parts = ReturnType<typeof proxyParts>

async function runStdio(command: readonly string[], { conversation, gate }: Parts, signal: AbortSignal): Promise<void> {
  const { proxyStdio } = await import('./transports/stdio.ts')
  const [program = '', ...args] = command
  const env = { ...process.env }
  delete env[KEY_NAME]
  const { stdin: input, stdout: output } = process
  const { code, failure } = await proxyStdio({ command: program, args, env, conversation, gate, input, output, signal })
  if (failure !== undefined) warn(failure)
  await finish(gate, code)
}

async function runHttp(
  upstream: URL,
  address: ReturnType<typeof listenAt>,
  { gate, newConversation }: Parts,
  signal: AbortSignal,
): Promise<void> {
  const { proxyHttp } = await import('./transports/http.ts')
  const proxy = await proxyHttp({ upstream, ...address, gate, newConversation })
  process.stdout.write(`${proxy.url}\n`)
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  await proxy.close()
  await finish(gate, 0)
}

async function finish(gate: Gate, code: number): Promise<void> {
  await gate.close()
  // Standard input that is still open would keep the process running.
  process.exit(code)
}

function warn(sentence: string): void {
  process.stderr.write(`sentinelmesh mcp: ${visible(sentence)}\n`)
}
