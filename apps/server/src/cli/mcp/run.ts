import { createHash, randomUUID } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { LIMITS } from '@sentinelmesh/api/constants'
import { isLoopback, readProxyConfig } from '../../config.ts'
import { conversation, newMemory } from '../../mcp/proxy/conversation/conversation.ts'
import type { McpServer } from '../../mcp/proxy/conversation/entry-factory.ts'
import { codeOf } from '../../mcp/proxy/transports/error-code.ts'
import { proxyHttp } from '../../mcp/proxy/transports/http.ts'
import { proxyStdio } from '../../mcp/proxy/transports/stdio.ts'
import type { judgeByBuiltinRules } from '../../mcp/proxy/verdicts/builtin-judge.ts'
import { gate as makeGate, type Fail, type Gate, type GateOptions } from '../../mcp/proxy/verdicts/gate.ts'
import { openSpool } from '../../mcp/proxy/verdicts/spool.ts'
import { CommandFailed } from '../command-failed.ts'
import { visible } from '../print.ts'

export interface ProxyOptions {
  readonly name?: string
  readonly url?: string
  readonly listen: string
  readonly fail: Fail
  readonly ask: 'block' | 'pass'
  readonly budget: string
  readonly keyFile?: string
}

const KEY_NAME = 'SENTINELMESH_API_KEY'
const MOST_BUDGET_MS = 60_000
/** Longer command lines are cut, and a hash keeps them distinct. */
const TARGET_CHARS = 4_000

/** `sentinelmesh mcp`: a proxy between an MCP client and its server that inspects and reports their messages. */
export async function runProxy(command: readonly string[], options: ProxyOptions): Promise<void> {
  const [program, ...args] = command
  if ((program === undefined) === (options.url === undefined))
    throw new CommandFailed(
      'Give the MCP server: as a command, sentinelmesh mcp -- npx some-server, or with --url its address; not both.',
      2,
    )
  const budgetMs = wholeMs(options.budget)
  const { url, apiKey, spoolFolder } = settingsOf(options.keyFile)
  const run = randomUUID()
  const now = () => Date.now()
  const upstream = options.url === undefined ? null : upstreamOf(options.url)
  const server: McpServer =
    upstream === null
      ? {
          name: options.name ?? nameOfCommand(command),
          transport: 'stdio',
          target: shortened(command.map(quoted).join(' ')),
        }
      : {
          name: options.name ?? upstream.host,
          transport: 'http',
          target: shortened(upstream.origin + upstream.pathname),
        }
  // Over HTTP the program that starts the proxy need not be its client.
  const claudeSession = upstream === null ? process.env['CLAUDE_CODE_SESSION_ID'] || null : null
  const memory = newMemory(now, claudeSession)
  const newConversation = (session: string | null) => {
    const place = { connection: randomUUID(), session: `mcp-${run}`, isShared: false }
    const started = conversation({ server, place, memory, now })
    if (session !== null) started.open(session)
    return started
  }
  const runConversation = newConversation(null)
  const gate = makeGate({
    server,
    url,
    apiKey,
    fail: options.fail,
    onAsk: options.ask,
    budgetMs,
    judgeHere: builtinJudge(),
    note: runConversation.note,
    spool: openSpool({ folder: spoolFolder, url, apiKey, now }),
    warn,
    now,
  })

  // A client that stops reading ends the conversation. The proxy still has to report what it has.
  process.stdout.removeAllListeners('error')
  const stopped = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(name, () => stopped.abort())
  if (upstream !== null) return serveHttp()

  const env = { ...process.env }
  delete env[KEY_NAME]
  const { code, failure } = await proxyStdio({
    command: program ?? '',
    args,
    env,
    conversation: runConversation,
    gate,
    input: process.stdin,
    output: process.stdout,
    signal: stopped.signal,
  })
  if (failure !== undefined) warn(failure)
  return finish(gate, code)

  async function serveHttp(): Promise<void> {
    const { host, port } = listenAt(options.listen)
    const proxy = await proxyHttp({
      upstream: upstream ?? new URL('http://invalid'),
      host,
      port,
      gate,
      newConversation,
    })
    process.stdout.write(`${proxy.url}\n`)
    await new Promise<void>((resolve) => stopped.signal.addEventListener('abort', () => resolve(), { once: true }))
    await proxy.close()
    await finish(gate, 0)
  }
}

/** Loads the rules at the first use, because usually the server judges. */
function builtinJudge(): GateOptions['judgeHere'] {
  let judge: Promise<ReturnType<typeof judgeByBuiltinRules>> | undefined
  return async (entry) => {
    judge ??= import('../../mcp/proxy/verdicts/builtin-judge.ts').then((module) => module.judgeByBuiltinRules())
    return (await judge)(entry)
  }
}

async function finish(gate: Gate, code: number): Promise<void> {
  await gate.close()
  // Standard input that is still open would keep the process running.
  process.exit(code)
}

function warn(sentence: string): void {
  process.stderr.write(`sentinelmesh mcp: ${visible(sentence)}\n`)
}

function settingsOf(keyFile: string | undefined) {
  const config = readProxyConfig(process.env)
  const apiKey = keyFile === undefined ? config.apiKey : readKey(keyFile)
  if (apiKey === null || apiKey === '')
    throw new CommandFailed(
      'Set SENTINELMESH_API_KEY, or --key-file, to a key with the scope verdict: sentinelmesh key create --scope verdict.',
      2,
    )
  return { ...config, apiKey }
}

function readKey(file: string): string {
  try {
    if ((statSync(file).mode & 0o077) !== 0)
      throw new CommandFailed(`${file} can be read by others. Run: chmod 600 ${file}`, 2)
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if (error instanceof CommandFailed) throw error
    throw new CommandFailed(`The key file ${file} cannot be read (${codeOf(error)}).`, 2)
  }
}

function wholeMs(text: string): number {
  const ms = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (ms >= 1 && ms <= MOST_BUDGET_MS) return ms
  throw new CommandFailed(`--budget has to be a whole number of milliseconds from 1 to ${MOST_BUDGET_MS}.`, 2)
}

function upstreamOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isFit = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
  if (url === undefined || !isFit || url.username !== '' || url.hash !== '')
    throw new CommandFailed(
      '--url has to be an https address, or http on this machine, without a user name in it: https://mcp.example/mcp.',
      2,
    )
  return url
}

function listenAt(text: string): { readonly host: string; readonly port: number } {
  const [, host = '', port = ''] = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(text) ?? []
  const bare = host.replace(/^\[|\]$/g, '')
  if (host === '' || Number(port) > 65_535 || !isLoopback(bare))
    throw new CommandFailed(
      `--listen has to be an address of this machine and a port, such as 127.0.0.1:8765; it is ${JSON.stringify(text)}.`,
      2,
    )
  return { host: bare, port: Number(port) }
}

/** Programs that start another program, which gives the server its name. */
const STARTERS = new Set([
  'npx',
  'uv',
  'uvx',
  'pipx',
  'pnpm',
  'yarn',
  'bun',
  'bunx',
  'node',
  'python',
  'python3',
  'deno',
  'docker',
  'podman',
  'dlx',
  'run',
  'exec',
])

/** `npx -y @scope/server-files@1.2.3 /data` is named `server-files`. */
function nameOfCommand(command: readonly string[]): string {
  const words = command.map((word) => basename(word)).filter((word) => !word.startsWith('-'))
  const named = words.find((word) => !STARTERS.has(word)) ?? words[0] ?? 'server'
  return named
    .replace(/(?<=.)@[^@]*$/, '')
    .replace(/\.(?:[cm]?[jt]s|py)$/, '')
    .slice(0, LIMITS.senderChars)
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

function shortened(target: string): string {
  if (target.length <= TARGET_CHARS) return target
  return `${target.slice(0, TARGET_CHARS)}… sha256:${createHash('sha256').update(target).digest('hex')}`
}
