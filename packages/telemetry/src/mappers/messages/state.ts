import type { JsonLike } from '../json.ts'
import { textOf, type Message } from './message.ts'
import { messagesOf } from './messages.ts'
import { firstMember, isArray, isObject, textMember } from './value.ts'

/**
 * How many of the messages are history, which ends with the last answer that is followed by another message. A trailing
 * answer is not history: it is a prefill, or was recorded after the model answered.
 */
export function historyIn(messages: readonly Message[]): number {
  const last = messages.findLastIndex(({ role }) => role !== 'assistant')
  return messages.slice(0, last + 1).findLastIndex(({ role }) => role === 'assistant') + 1
}

/** The user messages after the history, joined. */
export const askedOf = (messages: readonly Message[]) =>
  textsOf(messages.slice(historyIn(messages)).filter(({ role }) => role === 'user'))

export const textsOf = (messages: readonly Message[]) =>
  messages
    .map(textOf)
    .filter((text) => text !== '')
    .join('\n')

/**
 * The request of a run. A list of messages, or a state with nothing else, grows with every run, so only new messages
 * count. Any other value is returned unchanged.
 */
export function askedIn(state: JsonLike | undefined): JsonLike | undefined {
  const messages = messagesIn(state)
  return messages === null ? state : askedOf(messagesOf(messages, 'user'))
}

/** The answer of a run: the last of a list of messages, or the value itself. */
export function answerIn(state: JsonLike | undefined): JsonLike | undefined {
  const messages = messagesIn(state)
  return messages === null ? state : textsOf(messagesOf(messages, 'assistant').slice(-1))
}

/** `system` is ignored here, because the model call reports it. */
const MEMBERS = new Set(['messages', 'prompt', 'system'])

function messagesIn(state: JsonLike | undefined): JsonLike | null {
  if (isArray(state)) return state.length > 0 && state.every(isMessage) ? state : null
  if (!isObject(state) || !Object.keys(state).every((name) => MEMBERS.has(name))) return null
  const messages = firstMember(state, ['messages', 'prompt']) ?? null
  return typeof messages === 'string' || isArray(messages) ? messages : null
}

const isMessage = (one: JsonLike) => textMember(one, 'role') !== null || isObject(firstMember(one, ['kwargs']))
