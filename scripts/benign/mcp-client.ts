import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { McpServer } from './mcp-servers.ts'

export interface ToolDefinition {
  readonly name: string
  readonly description?: string
  readonly inputSchema?: unknown
}

interface Reply {
  readonly id?: unknown
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: { readonly message?: string }
}

type Server = ChildProcessByStdio<Writable, Readable, Readable>

const TIMEOUT_MS = 20_000

/**
 * Starts a server from the folder where it is installed and returns its tools. It throws if the server fails. The
 * server gets a folder as its home and none of our variables, because it is a stranger's program.
 */
export async function toolsOf(
  server: McpServer,
  installedIn: string,
  home: string,
): Promise<readonly ToolDefinition[]> {
  const program = programOf(server, installedIn)
  const child = spawn(process.execPath, [program, ...(server.args ?? [])], {
    cwd: home,
    env: { PATH: process.env['PATH'], HOME: home, TMPDIR: home, CI: '1', ...server.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  const abort = new AbortController()
  try {
    return await Promise.race([ask(child), failure(child, abort.signal)])
  } finally {
    abort.abort()
    await end(child)
  }
}

function programOf(server: McpServer, installedIn: string): string {
  const folder = join(installedIn, 'node_modules', server.package)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly bin?: string | Readonly<Record<string, string>>
  }
  const path =
    typeof bin === 'string' ? bin : server.bin === undefined ? Object.values(bin ?? {})[0] : bin?.[server.bin]
  if (path === undefined) throw new Error('it has no program')
  return resolve(folder, path)
}

/** Rejects when the server ends or takes too long. */
function failure(child: Server, signal: AbortSignal): Promise<never> {
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-2000)))
  return new Promise((_, reject) => {
    const fail = (why: string) => reject(new Error(`${why}. ${complaint(said)}`.trim()))
    child.once('error', ({ message }) => fail(message))
    child.once('exit', () => fail('it ended'))
    child.stdin.on('error', ({ message }) => fail(message))
    // A plain timer: Node 20 can collect a signal of AbortSignal.any before it fires.
    const timer = setTimeout(() => fail(`it did not answer within ${TIMEOUT_MS / 1000} s`), TIMEOUT_MS)
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  })
}

/** The last line that says what went wrong. */
function complaint(said: string): string {
  const line = said.split('\n').findLast((text) => /error|missing|required|must|not found/i.test(text)) ?? ''
  return line.trim().slice(0, 160)
}

async function ask(child: Server): Promise<readonly ToolDefinition[]> {
  const request = requester(child)
  await request('initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'benign-entries', version: '1.0.0' },
  })
  send(child, { jsonrpc: '2.0', method: 'notifications/initialized' })
  const all: ToolDefinition[] = []
  let cursor: unknown
  do {
    const { tools = [], nextCursor } = (await request('tools/list', cursor === undefined ? {} : { cursor })) as {
      readonly tools?: readonly ToolDefinition[]
      readonly nextCursor?: unknown
    }
    all.push(...tools)
    cursor = nextCursor
  } while (typeof cursor === 'string' && cursor !== '')
  return all
}

type Request = (method: string, params: unknown) => Promise<Readonly<Record<string, unknown>>>

/** A function that sends a request and waits for its reply. */
function requester(child: Server): Request {
  const waiting = new Map<unknown, (reply: Reply) => void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const reply = parse(line)
    waiting.get(reply?.id)?.(reply ?? {})
  })
  let id = 0
  return async (method, params) => {
    id++
    const replied = new Promise<Reply>((resolve) => waiting.set(id, resolve))
    send(child, { jsonrpc: '2.0', id, method, params })
    const { result, error } = await replied
    if (result === undefined) throw new Error(error?.message ?? `${method} failed`)
    return result
  }
}

function parse(line: string): Reply | null {
  try {
    return JSON.parse(line) as Reply | null
  } catch {
    // Some servers print other text, too.
    return null
  }
}

function send(child: Server, message: unknown): void {
  child.stdin.write(`${JSON.stringify(message)}\n`)
}

/** Ends the server and what it started. */
async function end(child: Server): Promise<void> {
  const running = child.exitCode === null && child.signalCode === null
  const ended = running ? once(child, 'exit') : null
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // All of them have ended already.
  }
  await ended
}
