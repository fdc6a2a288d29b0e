import { spawn, type ChildProcess } from 'node:child_process'
import { Socket } from 'node:net'
import { constants } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { Conversation } from '../conversation/conversation.ts'
import { inspector as makeInspector, type Outcome } from '../inspector.ts'
import { readMessages } from '../json-rpc/message.ts'
import { LIMITS } from '../limits.ts'
import type { Gate } from '../verdicts/gate.ts'
import { lineSplitter, type Piece } from './framing.ts'
import { pump, type Forwarded } from './pump.ts'
import { sink, type Sink } from './sink.ts'

export interface StdioOptions {
  readonly command: string
  readonly args: readonly string[]
  /** Environment of the server. */
  readonly env: NodeJS.ProcessEnv
  readonly conversation: Conversation
  readonly gate: Gate
  readonly input: Readable
  readonly output: Writable
  /** Aborts when the proxy is asked to stop. */
  readonly signal: AbortSignal
}

/** The exit codes of a shell for a program that does not exist, or cannot be started. */
const NOT_FOUND = 127
const NOT_STARTED = 126
const TOO_LONG = { limit_bytes: LIMITS.messageBytes }

/**
 * Starts an MCP server and proxies its standard input and output until both sides have ended. Resolves with the server's exit
 * code, and with the reason if it could not be started.
 */
export async function proxyStdio(options: StdioOptions): Promise<{ readonly code: number; readonly failure?: string }> {
  const { command, args, env, conversation, gate, input, output, signal } = options
  const server = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] })
  const gone = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    server.once('close', (code, by) => resolve({ code, signal: by }))
    // A process that the server started may hold its output open forever.
    server.once('exit', () => destroyOnceQuiet(server.stdout))
  })
  const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    server.once('spawn', () => resolve(undefined))
    server.once('error', resolve)
  })
  if (failure !== undefined) {
    gate.report([conversation.note('disconnect', { reason: `not started: ${failure.code ?? 'unknown'}` })])
    return {
      code: failure.code === 'ENOENT' ? NOT_FOUND : NOT_STARTED,
      failure: `${command} cannot be started (${failure.code}).`,
    }
  }
  // A side that has ended closes its streams. Its exit is handled below.
  for (const stream of [server.stdin, output]) stream.on('error', () => {})
  server.on('error', () => {})

  const inspector = makeInspector(conversation, gate)
  const toServer = sink(server.stdin)
  const toClient = sink(output)
  const fromServer = pump(
    server.stdout,
    lineSplitter(LIMITS.messageBytes),
    inspecting(inspector.fromServer, () => inspector.unreadable('server', TOO_LONG), toServer),
    toClient,
  )
  const fromClient = pump(
    input,
    lineSplitter(LIMITS.messageBytes),
    inspecting(inspector.fromClient, () => inspector.unreadable('client', TOO_LONG), toClient),
    toServer,
  )

  const ended = new AbortController()
  const closeInput = async () => {
    await fromClient
    toServer.end()
    await endServer(server, ended.signal)
  }
  void closeInput()
  const stop = () => {
    toServer.end()
    server.kill('SIGTERM')
    void killLate(server, ended.signal)
  }
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  // A client that has closed its output has gone, even if its input is still open.
  output.once('close', stop)

  const { code, signal: by } = await gone
  ended.abort()
  signal.removeEventListener('abort', stop)
  output.off('close', stop)
  await fromServer
  input.destroy()
  gate.report([conversation.note('disconnect', { code, signal: by })])
  return { code: code ?? (by === null ? 1 : 128 + constants.signals[by]) }
}

/** Ends a stream that has delivered nothing for `LIMITS.endMs` and has nothing buffered, so that a slow reader loses nothing. */
function destroyOnceQuiet(stream: Readable): void {
  const readSoFar = () => (stream instanceof Socket ? stream.bytesRead : 0)
  let quietAt: number | null = null
  const timer = setInterval(() => {
    const read = readSoFar()
    if (stream.readableLength === 0 && quietAt === read) {
      clearInterval(timer)
      stream.destroy()
    }
    quietAt = stream.readableLength === 0 ? read : null
  }, LIMITS.endMs).unref()
  stream.once('close', () => clearInterval(timer))
}

type Inspect = (read: ReturnType<typeof readMessages>) => Outcome | Promise<Outcome>

/** Inspects the pieces of one direction. `back` leads to the side that sends them. */
function inspecting(
  inspect: Inspect,
  unreadable: () => Outcome,
  back: Sink,
): (piece: Piece) => Forwarded | Promise<Forwarded> {
  let longLine: Outcome = { type: 'pass' }
  return (piece) => {
    const apply = (outcome: Outcome) => (outcome.type === 'pass' ? piece.bytes : replace(outcome, back))
    if (piece.type === 'whole') {
      const outcome = inspect(readMessages(piece.bytes))
      return outcome instanceof Promise ? outcome.then(apply) : apply(outcome)
    }
    if (piece.first) longLine = unreadable()
    return longLine.type === 'pass' || piece.last ? apply(longLine) : null
  }
}

/** A message of the proxy is subject to back-pressure like any other message. */
async function replace({ forward, back }: Exclude<Outcome, { type: 'pass' }>, to: Sink): Promise<Forwarded> {
  if (back !== null) await to.insert(`${back}\n`)
  return forward === null ? null : Buffer.from(`${forward}\n`)
}

/** Ends the server the way clients do: its input is already closed, then SIGTERM, then SIGKILL. */
async function endServer(server: ChildProcess, signal: AbortSignal): Promise<void> {
  if (!(await waited(LIMITS.endMs, signal))) return
  server.kill('SIGTERM')
  await killLate(server, signal)
}

async function killLate(server: ChildProcess, signal: AbortSignal): Promise<void> {
  if (await waited(LIMITS.endMs, signal)) server.kill('SIGKILL')
}

/** False if the signal aborted first. */
function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  return pause(ms, true, { signal }).catch(() => false)
}
