import { spawn, type ChildProcess } from 'node:child_process'
import { Socket } from 'node:net'
import { constants } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { Conversation } from './conversation.ts'
import type { Gate } from './gate.ts'
import { inspector, type Outcome } from './inspector.ts'
import { LIMITS } from './limits.ts'
import { readMessages } from './message.ts'
import { lineSplitter, type Piece } from './pieces.ts'
import { type Passed, pump, sink, type Sink } from './pump.ts'

export interface StdioOptions {
  readonly command: string
  readonly args: readonly string[]
  /** Of the server. */
  readonly env: NodeJS.ProcessEnv
  readonly talk: Conversation
  readonly gate: Gate
  readonly input: Readable
  readonly output: Writable
  /** Aborts when this program is asked to stop. */
  readonly signal: AbortSignal
}

/** What a shell answers where there is no such program. */
const NOT_FOUND = 127
const NOT_STARTED = 126
const TOO_LONG = { limit_bytes: LIMITS.messageBytes }

/**
 * Starts an MCP server and stands between it and the client until both are done. Resolves with the server's exit code, and
 * a sentence where it could not be started.
 */
export async function proxyStdio(options: StdioOptions): Promise<{ readonly code: number; readonly failure?: string }> {
  const { command, args, env, talk, gate, input, output, signal } = options
  const server = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] })
  const gone = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    server.once('close', (code, by) => resolve({ code, signal: by }))
    // What it has started may hold its output open for ever.
    server.once('exit', () => destroyOnceQuiet(server.stdout))
  })
  const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    server.once('spawn', () => resolve(undefined))
    server.once('error', resolve)
  })
  if (failure !== undefined) {
    gate.tell([talk.note('disconnect', { reason: `not started: ${failure.code ?? 'unknown'}` })])
    return {
      code: failure.code === 'ENOENT' ? NOT_FOUND : NOT_STARTED,
      failure: `${command} cannot be started (${failure.code}).`,
    }
  }
  // Whoever is gone closes its ends; that is told by its exit.
  for (const stream of [server.stdin, output]) stream.on('error', () => {})
  server.on('error', () => {})

  const look = inspector(talk, gate)
  const toServer = sink(server.stdin)
  const toClient = sink(output)
  const fromServer = pump(
    server.stdout,
    lineSplitter(LIMITS.messageBytes),
    looking(look.fromServer, () => look.unread('server', TOO_LONG), toServer),
    toClient,
  )
  const fromClient = pump(
    input,
    lineSplitter(LIMITS.messageBytes),
    looking(look.fromClient, () => look.unread('client', TOO_LONG), toClient),
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
  // Who does not take answers any more has gone, though its other end may still be open.
  output.once('close', stop)

  const { code, signal: by } = await gone
  ended.abort()
  signal.removeEventListener('abort', stop)
  output.off('close', stop)
  await fromServer
  input.destroy()
  gate.tell([talk.note('disconnect', { code, signal: by })])
  return { code: code ?? (by === null ? 1 : 128 + constants.signals[by]) }
}

/** Ends a stream of which nothing is left to read and nothing has come for `LIMITS.endMs`, however slow its reader is. */
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

type Look = (read: ReturnType<typeof readMessages>) => Outcome | Promise<Outcome>

/** What becomes of the pieces of one direction. */
function looking(look: Look, unread: () => Outcome, back: Sink): (piece: Piece) => Passed | Promise<Passed> {
  let ofLong: Outcome = { type: 'pass' }
  return (piece) => {
    const became = (known: Outcome) => (known.type === 'pass' ? piece.bytes : instead(known, back))
    if (piece.type === 'whole') {
      const outcome = look(readMessages(piece.bytes))
      return outcome instanceof Promise ? outcome.then(became) : became(outcome)
    }
    if (piece.first) ofLong = unread()
    return ofLong.type === 'pass' || piece.last ? became(ofLong) : null
  }
}

/** Answers of ours wait for their reader as those of the other side do. */
async function instead({ on, back }: Exclude<Outcome, { type: 'pass' }>, to: Sink): Promise<Passed> {
  if (back !== null) await to.put(`${back}\n`)
  return on === null ? null : Buffer.from(`${on}\n`)
}

/** As a client does: its input is closed, then it is asked, then it is ended. */
async function endServer(server: ChildProcess, signal: AbortSignal): Promise<void> {
  if (!(await waited(LIMITS.endMs, signal))) return
  server.kill('SIGTERM')
  await killLate(server, signal)
}

async function killLate(server: ChildProcess, signal: AbortSignal): Promise<void> {
  if (await waited(LIMITS.endMs, signal)) server.kill('SIGKILL')
}

/** False where it was over before. */
function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  return pause(ms, true, { signal }).catch(() => false)
}
