import type { Conversation, Sent } from './conversation.ts'
import type { Gate } from './gate.ts'
import { isObject, type Id, type Message, type Read } from './message.ts'
import { answerTo, unreadText } from './refusal.ts'
import type { Said } from './said.ts'
import type { McpEntry } from './teller.ts'

/** What becomes of the bytes that were looked at. */
export type Outcome =
  | { readonly type: 'pass' }
  /** `on` goes on in their place, `back` to whoever sent them; null: nothing does. */
  | { readonly type: 'instead'; readonly on: string | null; readonly back: string | null }

export interface Inspector {
  /** Resolves at once where nothing has to be waited for. Aborting means that nobody wants an answer any more. */
  fromClient(read: Read, options?: { sent?: Sent; signal?: AbortSignal }): Outcome | Promise<Outcome>
  fromServer(read: Read): Outcome | Promise<Outcome>
  /** Of a message that cannot be read: whether it passes all the same, as the proxy is set. */
  unread(by: 'client' | 'server', why: Unread): Outcome
}

/** Longer than is read, or in an encoding or a type of content that is not. */
export type Unread =
  | { readonly limit_bytes: number }
  | { readonly encoding: string }
  | { readonly content_type: string }

const PASS: Outcome = { type: 'pass' }
/** The same fault of framing is told the first time, the 10th, the 100th, …: servers that print are common. */
const TOLD: ReadonlySet<number> = new Set([1, 10, 100, 1_000, 10_000, 100_000, 1_000_000])

/** Reads both directions of one connection, asks for verdicts, and says what goes on. */
export function inspector(talk: Conversation, gate: Gate): Inspector {
  const faults = new Map<string, number>()
  /** Calls of the client that wait for their verdict. */
  const held = new Map<Id, AbortController>()

  function fault(context: string, by: 'client' | 'server', about: Readonly<Record<string, string | number>>): void {
    const key = `${by} ${context}`
    const count = (faults.get(key) ?? 0) + 1
    faults.set(key, count)
    if (TOLD.has(count)) gate.tell([talk.note(context, { by, count, ...about })])
  }

  /** The messages that can be read; faults of framing are told. */
  function messagesOf(read: Read, by: 'client' | 'server'): readonly Message[] {
    if (read.type === 'blank') return []
    if (!read.utf8) fault('not_utf8', by, {})
    if (read.type === 'messages') {
      if (!read.isWhole) fault('not_a_message', by, { reason: 'it is an array of other things than objects, too' })
      return read.messages
    }
    fault('not_a_message', by, { reason: read.reason })
    return []
  }

  function fromClient(
    read: Read,
    { sent, signal }: { sent?: Sent; signal?: AbortSignal } = {},
  ): Outcome | Promise<Outcome> {
    const messages = messagesOf(read, 'client')
    const waiting: McpEntry[] = []
    for (const message of messages) {
      cancelHeld(message)
      const said = talk.fromClient(message, sent)
      if (said.refuse === null) gate.tell(said.entries)
      else waiting.push(...said.entries)
    }
    if (waiting.length === 0) return PASS
    return judgedCalls(messages, waiting, read.type === 'messages' && read.batch, signal)
  }

  /** A call that is taken back while it waits is not made at all. */
  function cancelHeld({ method, value }: Message): void {
    if (method !== 'notifications/cancelled' || !isObject(value['params'])) return
    const { requestId } = value['params']
    if (typeof requestId === 'string' || typeof requestId === 'number') held.get(requestId)?.abort()
  }

  async function judgedCalls(
    messages: readonly Message[],
    entries: readonly McpEntry[],
    batch: boolean,
    signal: AbortSignal | undefined,
  ): Promise<Outcome> {
    const controller = new AbortController()
    const ids = messages.flatMap(({ id }) => (id === null ? [] : [id]))
    for (const id of ids) held.set(id, controller)
    const ended = signal === undefined ? controller.signal : AbortSignal.any([controller.signal, signal])
    const verdict = await gate.ask(entries, ended)
    for (const id of ids) if (held.get(id) === controller) held.delete(id)
    if (ended.aborted) {
      for (const message of messages) talk.forget(message)
      gate.tell([talk.note('cancelled', { by: 'client', calls: ids.length })])
      return { type: 'instead', on: null, back: null }
    }
    if (!verdict.isRefused) return PASS
    for (const message of messages) talk.forget(message)
    const answers = messages.map((message) => answerTo(message, verdict.sentence))
    return { type: 'instead', on: null, back: joined(answers, batch) }
  }

  function fromServer(read: Read): Outcome | Promise<Outcome> {
    const heard = messagesOf(read, 'server').map((message) => ({ message, said: talk.fromServer(message) }))
    for (const { said } of heard) {
      if (said.definitions.length > 0 || said.listed !== null) gate.define(said.definitions, said.listed)
      if (said.refuse === null) gate.tell(said.entries)
    }
    const waits = heard.some(({ said }) => said.refuse !== null || (said.withhold !== null && gate.isEnforcing()))
    return waits ? judgedWords(heard, read.type === 'messages' && read.batch) : PASS
  }

  async function judgedWords(
    heard: readonly { readonly message: Message; readonly said: Said }[],
    batch: boolean,
  ): Promise<Outcome> {
    const judged = await Promise.all(
      heard.map(async ({ message, said }) => {
        const sentence = await refusalOf(said)
        if (sentence !== null) return { message, became: said.refuse?.(sentence) ?? null }
        const withheld = said.withhold === null ? null : await gate.refused(said.definitions)
        if (withheld === null || withheld.size === 0) return { message, became: message.text }
        return { message, became: said.withhold?.(withheld) ?? message.text }
      }),
    )
    if (judged.every(({ message, became }) => became === message.text)) return PASS
    // The answer to a question of the server is for the server; all else is what the client hears.
    const isAnswer = ({ message, became }: (typeof judged)[number]) =>
      message.id !== null && message.method !== null && became !== message.text
    return {
      type: 'instead',
      on: joined(
        judged.map((one) => (isAnswer(one) ? null : one.became)),
        batch,
      ),
      back: joined(
        judged.map((one) => (isAnswer(one) ? one.became : null)),
        batch,
      ),
    }
  }

  /** Why the message does not go on; null where it does. */
  async function refusalOf({ entries, refuse }: Said): Promise<string | null> {
    if (refuse === null) return null
    if (gate.isEnforcing()) {
      const { isRefused, sentence } = await gate.ask(entries)
      return isRefused ? sentence : null
    }
    gate.tell(entries)
    await gate.room()
    return null
  }

  return {
    fromClient,
    fromServer,
    unread(by, why) {
      const passes = gate.passesUnread()
      // Each of them: what it holds was judged by nobody.
      gate.tellUnjudged([talk.note('limit_bytes' in why ? 'too_long' : 'unreadable', { by, ...why })], passes)
      if (passes) return PASS
      const told = unreadText(by)
      return by === 'client' ? { type: 'instead', on: null, back: told } : { type: 'instead', on: told, back: null }
    },
  }
}

function joined(texts: readonly (string | null)[], batch: boolean): string | null {
  const some = texts.filter((text) => text !== null)
  if (some.length === 0) return null
  return batch ? `[${some.join()}]` : some.join('')
}
