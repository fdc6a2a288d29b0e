import { RESULT_WARNING } from '@sentinelmesh/api/constants'
import type { Conversation, TransportFacts } from './conversation/conversation.ts'
import type { McpEntry } from './conversation/entry-factory.ts'
import type { Observation } from './conversation/observation.ts'
import { isObject, type Id, type Message, type Read } from './json-rpc/message.ts'
import { refuseRequest, refuseUnreadable } from './json-rpc/refusal.ts'
import type { Decision, Gate } from './verdicts/gate.ts'

/** What to do with the bytes that were inspected. */
export type Outcome =
  | { readonly type: 'pass' }
  /** `forward` is sent on in their place, `back` is sent to their sender. Null: nothing is sent. */
  | { readonly type: 'instead'; readonly forward: string | null; readonly back: string | null }

export interface ClientOptions {
  readonly transport?: TransportFacts
  /** Aborts when the client no longer waits for a response. */
  readonly signal?: AbortSignal
}

/** Inspects both directions of one connection. Returns a value instead of a promise if nothing has to be awaited. */
export interface Inspector {
  fromClient(read: Read, options?: ClientOptions): Outcome | Promise<Outcome>
  fromServer(read: Read): Outcome | Promise<Outcome>
  /** For a message that cannot be read. Whether it passes depends on the `--fail` option. */
  unreadable(by: 'client' | 'server', reason: Unreadable): Outcome
}

/** The message is too long, or its encoding or content type is not supported. */
export type Unreadable =
  | { readonly limit_bytes: number }
  | { readonly encoding: string }
  | { readonly content_type: string }

const PASS: Outcome = { type: 'pass' }
const FORWARDED: Decision = { isRefused: false, sentence: '', isFlagged: false }
/** Occurrences of a framing error that are reported, because servers that print to their output are common. */
const REPORTED_OCCURRENCES: ReadonlySet<number> = new Set([1, 10, 100, 1_000, 10_000, 100_000, 1_000_000])

interface Inspected {
  readonly message: Message
  readonly observed: Observation
}

export function inspector(conversation: Conversation, gate: Gate): Inspector {
  const occurrences = new Map<string, number>()
  /** Client calls that wait for their verdict. */
  const held = new Map<Id, AbortController>()

  function framingError(
    context: string,
    by: 'client' | 'server',
    facts: Readonly<Record<string, string | number>> = {},
  ): void {
    const key = `${by} ${context}`
    const count = (occurrences.get(key) ?? 0) + 1
    occurrences.set(key, count)
    if (REPORTED_OCCURRENCES.has(count)) gate.report([conversation.note(context, { by, count, ...facts })])
  }

  function messagesOf(read: Read, by: 'client' | 'server'): readonly Message[] {
    if (read.type === 'blank') return []
    if (!read.utf8) framingError('not_utf8', by)
    if (read.type === 'messages') {
      if (!read.isWhole)
        framingError('not_a_message', by, { reason: 'it is an array of other things than objects, too' })
      return read.messages
    }
    framingError('not_a_message', by, { reason: read.reason })
    return []
  }

  function fromClient(read: Read, { transport, signal }: ClientOptions = {}): Outcome | Promise<Outcome> {
    const messages = messagesOf(read, 'client')
    const waiting: McpEntry[] = []
    for (const message of messages) {
      cancelHeld(message)
      const { refuse, entries } = conversation.fromClient(message, transport)
      if (refuse === null) gate.report(entries)
      else waiting.push(...entries)
    }
    if (waiting.length === 0) return PASS
    return judgeCalls(messages, waiting, isBatch(read), signal)
  }

  /** A call that the client cancels while it waits for its verdict is not forwarded. */
  function cancelHeld({ method, value }: Message): void {
    if (method !== 'notifications/cancelled' || !isObject(value['params'])) return
    const { requestId } = value['params']
    if (typeof requestId === 'string' || typeof requestId === 'number') held.get(requestId)?.abort()
  }

  async function judgeCalls(
    messages: readonly Message[],
    entries: readonly McpEntry[],
    batch: boolean,
    signal: AbortSignal | undefined,
  ): Promise<Outcome> {
    const controller = new AbortController()
    const ids = messages.flatMap(({ id }) => (id === null ? [] : [id]))
    for (const id of ids) held.set(id, controller)
    const cancelled = signal === undefined ? controller.signal : AbortSignal.any([controller.signal, signal])
    const { isRefused, sentence } = await gate.judge(entries, cancelled)
    for (const id of ids) if (held.get(id) === controller) held.delete(id)
    if (!cancelled.aborted && !isRefused) return PASS

    for (const message of messages) conversation.forget(message)
    if (cancelled.aborted) {
      gate.report([conversation.note('cancelled', { by: 'client', calls: ids.length })])
      return { type: 'instead', forward: null, back: null }
    }
    const responses = messages.map((message) => refuseRequest(message, sentence))
    return { type: 'instead', forward: null, back: joined(responses, batch) }
  }

  function fromServer(read: Read): Outcome | Promise<Outcome> {
    const inspected = messagesOf(read, 'server').map((message) => ({
      message,
      observed: conversation.fromServer(message),
    }))
    for (const { observed } of inspected) {
      const { definitions, listed, refuse, entries } = observed
      if (definitions.length > 0 || listed !== null) gate.reportDefinitions(definitions, listed)
      if (refuse === null) gate.report(entries)
    }
    const waits = inspected.some(
      ({ observed: { refuse, withhold } }) => refuse !== null || (withhold !== null && gate.isEnforcing()),
    )
    return waits ? judgeServerMessages(inspected, isBatch(read)) : PASS
  }

  async function judgeServerMessages(inspected: readonly Inspected[], batch: boolean): Promise<Outcome> {
    const judged = await Promise.all(
      inspected.map(async (one) => ({ message: one.message, text: await judgedText(one) })),
    )
    if (judged.every(({ message, text }) => text === message.text)) return PASS
    // The refusal of a server's request goes back to the server. Everything else is forwarded to the client.
    const isBack = ({ message, text }: (typeof judged)[number]) =>
      message.id !== null && message.method !== null && text !== message.text
    const forward = judged.map((one) => (isBack(one) ? null : one.text))
    const back = judged.map((one) => (isBack(one) ? one.text : null))
    return { type: 'instead', forward: joined(forward, batch), back: joined(back, batch) }
  }

  /** The text to send after the verdict: the message itself, or its replacement. */
  async function judgedText({ message, observed }: Inspected): Promise<string | null> {
    const { definitions, refuse, warn, withhold } = observed
    const { isRefused, sentence, isFlagged } = await decisionOn(observed)
    if (isRefused) return refuse?.(sentence) ?? null
    if (isFlagged && warn !== null) return warn(`${sentence} ${RESULT_WARNING}`)
    if (withhold === null) return message.text
    const blocked = await gate.blockedDefinitions(definitions)
    return blocked.size === 0 ? message.text : withhold(blocked)
  }

  async function decisionOn({ entries, refuse }: Observation): Promise<Decision> {
    if (refuse === null) return FORWARDED
    if (gate.isEnforcing()) return gate.judge(entries)
    gate.report(entries)
    await gate.waitForCapacity()
    return FORWARDED
  }

  return {
    fromClient,
    fromServer,
    unreadable(by, reason) {
      const passes = gate.passesUnreadable()
      const context = 'limit_bytes' in reason ? 'too_long' : 'unreadable'
      // Every occurrence is reported, because nothing has judged its content.
      gate.reportUnjudged([conversation.note(context, { by, ...reason })], passes ? 'passed' : 'refused')
      if (passes) return PASS
      const refusal = refuseUnreadable(by)
      return by === 'client'
        ? { type: 'instead', forward: null, back: refusal }
        : { type: 'instead', forward: refusal, back: null }
    },
  }
}

function isBatch(read: Read): boolean {
  return read.type === 'messages' && read.batch
}

function joined(texts: readonly (string | null)[], batch: boolean): string | null {
  const present = texts.filter((text) => text !== null)
  if (present.length === 0) return null
  return batch ? `[${present.join()}]` : present.join('')
}
