import { StringDecoder } from 'node:string_decoder'
import type { Readable, Writable } from 'node:stream'
import { LIMITS } from '@sentinelmesh/api/constants'

/**
 * Sends a request to `POST /mcp` and returns the reply's text and status. Throws an error whose message is for people.
 */
export type AskMcp = (
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<{ readonly status: number; readonly text: string }>

interface Message {
  readonly id?: unknown
  readonly method?: unknown
  readonly params?: Readonly<Record<string, unknown>> | undefined
}

const PROTOCOL_VERSION = 'io.modelcontextprotocol/protocolVersion'
/** The parameter that the header `Mcp-Name` repeats, by method. */
const NAMED_BY: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'resources/read': 'uri',
  'prompts/get': 'name',
}
const PARSE_ERROR = -32_700
const INTERNAL_ERROR = -32_603
/** Maximum number of requests in flight. Further requests wait in the pipe. */
const AT_ONCE = 16

/**
 * Serves MCP as lines and forwards requests to the HTTP server, so that replies are made in one place. Resolves when
 * the input has ended and all requests are answered.
 */
export async function serveLines(input: Readable, output: Writable, ask: AskMcp): Promise<void> {
  const running = new Map<string, { readonly cancel: AbortController; readonly done: Promise<void> }>()
  /** The protocol version from the handshake, which HTTP requires in each request. */
  let agreed: string | undefined

  const write = (message: object | string) =>
    void output.write(`${typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)

  async function answer(line: string, message: Message, id: string | number, signal: AbortSignal): Promise<void> {
    try {
      const { status, text } = await ask(line, headersOf(message, agreed), signal)
      const reply = readReply(text)
      if (reply === undefined) return write({ id, error: { code: INTERNAL_ERROR, message: sentenceOf(status, text) } })
      if (message.method === 'initialize') agreed = reply.result?.protocolVersion ?? agreed
      write(text)
    } catch (error) {
      // A canceled request gets no reply.
      if (signal.aborted) return
      write({ id, error: { code: INTERNAL_ERROR, message: error instanceof Error ? error.message : String(error) } })
    }
  }

  for await (const line of lines(input)) {
    const message = line === null ? undefined : readMessage(line)
    if (line === null || message === undefined) {
      const message = `A line has to be one JSON-RPC message of at most ${LIMITS.mcpRequestBytes} bytes (limit mcpRequestBytes).`
      write({ id: null, error: { code: PARSE_ERROR, message } })
      continue
    }
    const { id, method, params } = message
    if (method === 'notifications/cancelled') running.get(JSON.stringify(params?.['requestId']))?.cancel.abort()
    // Other notifications and replies matter only to a session.
    if ((typeof id !== 'string' && typeof id !== 'number') || typeof method !== 'string') continue
    if (running.size >= AT_ONCE) await Promise.race([...running.values()].map(({ done }) => done))
    const cancel = new AbortController()
    const key = JSON.stringify(id)
    const done = answer(line, message, id, cancel.signal).finally(() => running.delete(key))
    running.set(key, { cancel, done })
  }
  await Promise.all([...running.values()].map(({ done }) => done))
}

/** Yields lines of UTF-8, and null for a line that is too long. */
async function* lines(input: Readable): AsyncGenerator<string | null, void> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let isTooLong = false
  for await (const chunk of input) {
    const parts = (rest + decoder.write(chunk as Buffer)).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      if (isTooLong) isTooLong = false
      else if (part.trim() !== '') yield part.length > LIMITS.mcpRequestBytes ? null : part
    }
    if (rest.length <= LIMITS.mcpRequestBytes) continue
    if (!isTooLong) yield null
    isTooLong = true
    rest = ''
  }
  if (!isTooLong && rest.trim() !== '') yield rest
}

function readMessage(line: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Message) : undefined
  } catch {
    return undefined
  }
}

/** Over HTTP, headers repeat parts of the message. */
function headersOf({ method, params }: Message, agreed: string | undefined): Record<string, string> {
  const meta = params?.['_meta']
  const claimed = typeof meta === 'object' && meta !== null ? (meta as Record<string, unknown>)[PROTOCOL_VERSION] : null
  if (typeof claimed !== 'string') return agreed === undefined ? {} : { 'mcp-protocol-version': agreed }
  const name = params?.[NAMED_BY[String(method)] ?? '']
  return {
    'mcp-protocol-version': headerText(claimed),
    'mcp-method': headerText(String(method)),
    ...(typeof name === 'string' ? { 'mcp-name': headerText(name) } : {}),
  }
}

/** MCP encodes text in base64 if a header cannot hold it. */
function headerText(text: string): string {
  if (/^[!-~]+$/.test(text) && !text.startsWith('=?')) return text
  return `=?base64?${Buffer.from(text).toString('base64')}?=`
}

function readReply(text: string): { readonly result?: { readonly protocolVersion?: string } } | undefined {
  const reply = readMessage(text)
  return reply !== undefined && 'jsonrpc' in reply ? (reply as ReturnType<typeof readReply>) : undefined
}

/** The API's message in an error reply that MCP did not produce. */
function sentenceOf(status: number, text: string): string {
  const { detail } = (readMessage(text) ?? {}) as { readonly detail?: unknown }
  return typeof detail === 'string' ? detail : `The server answered ${status}.`
}
