import type { Conversation, McpEntry, Said, Sent } from './conversation.ts'
import type { Gate } from './gate.ts'
import { isObject, type Id, type Message, type Read } from './message.ts'
import { refusalOf, refusalText, uriOf } from './refusal.ts'

/** What becomes of the bytes that were looked at. */
export type Outcome =
  | { readonly type: 'pass' }
  /** Goes no further; `answer` is for whoever sent it, null where nobody waits for one. */
  | { readonly type: 'refuse'; readonly answer: string | null }
  /** Another text goes on in its place. */
  | { readonly type: 'replace'; readonly text: string }

export interface Inspector {
  /** Resolves at once where nothing has to be waited for. Aborting means that nobody wants an answer any more. */
  fromClient(read: Read, options?: { sent?: Sent; signal?: AbortSignal }): Outcome | Promise<Outcome>
  fromServer(read: Read): Outcome | Promise<Outcome>
  /** A message was passed on in pieces, unread. */
  tooLong(by: 'client' | 'server', limitBytes: number): void
}

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
      if (said.refusal === null) gate.tell(said.entries)
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
      return { type: 'refuse', answer: null }
    }
    if (!verdict.isRefused) return PASS
    const answers = messages.flatMap((message) => {
      talk.forget(message)
      if (message.id === null || message.idText === null || message.method === null) return []
      return [refusalText(refusalOf(message.method), message.idText, verdict.sentence, uriOf(message.value['params']))]
    })
    return { type: 'refuse', answer: answers.length === 0 ? null : joined(answers, batch) }
  }

  function fromServer(read: Read): Outcome | Promise<Outcome> {
    const heard = messagesOf(read, 'server').map((message) => ({ message, said: talk.fromServer(message) }))
    for (const { said } of heard) {
      if (said.definitions.length > 0 || said.listed !== null) gate.define(said.definitions, said.listed)
      if (said.refusal === null) gate.tell(said.entries)
    }
    const waiting = heard.filter(({ said }) => said.refusal !== null)
    if (waiting.length === 0) return PASS
    return judgedWords(heard, read.type === 'messages' && read.batch)
  }

  async function judgedWords(
    heard: readonly { readonly message: Message; readonly said: Said }[],
    batch: boolean,
  ): Promise<Outcome> {
    const judged = await Promise.all(
      heard.map(async ({ message, said }) => {
        if (said.refusal === null) return { passes: message.text, refused: null }
        if (!gate.isEnforcing()) {
          gate.tell(said.entries)
          await gate.room()
          return { passes: message.text, refused: null }
        }
        const verdict = await gate.ask(said.entries)
        if (!verdict.isRefused) return { passes: message.text, refused: null }
        const text =
          message.idText === null
            ? null
            : refusalText(said.refusal, message.idText, verdict.sentence, uriOf(said.askedWith))
        // A question of the server is answered to the server; anything else is what the client hears instead.
        return message.method === null ? { passes: text, refused: null } : { passes: null, refused: text }
      }),
    )
    if (judged.every(({ passes }, n) => passes === heard[n]?.message.text)) return PASS
    const passing = judged.flatMap(({ passes }) => (passes === null ? [] : [passes]))
    const refused = judged.flatMap((one) => (one.refused === null ? [] : [one.refused]))
    if (passing.length > 0) return { type: 'replace', text: joined(passing, batch) }
    return { type: 'refuse', answer: refused.length === 0 ? null : joined(refused, batch) }
  }

  return {
    fromClient,
    fromServer,
    tooLong: (by, limitBytes) => fault('too_long', by, { limit_bytes: limitBytes }),
  }
}

function joined(texts: readonly string[], batch: boolean): string {
  return batch ? `[${texts.join(',')}]` : texts.join('')
}
