import type { JsonLike } from '../json.ts'
import { textOf, type Message } from './message.ts'
import { messagesOf } from './messages.ts'
import { firstMember, isArray, isObject, textMember } from './value.ts'

/**
 * How many of the messages are history, which ends with the last answer. One that nothing follows is none yet: it was begun
 * for the model, or written down when that had answered.
 */
export function historyIn(messages: readonly Message[]): number {
  const last = messages.findLastIndex(({ role }) => role !== 'assistant')
  return messages.slice(0, last + 1).findLastIndex(({ role }) => role === 'assistant') + 1
}

/** What people asked last. */
export const askedOf = (messages: readonly Message[]) =>
  textsOf(messages.slice(historyIn(messages)).filter(({ role }) => role === 'user'))

export const textsOf = (messages: readonly Message[]) =>
  messages
    .map(textOf)
    .filter((text) => text !== '')
    .join('\n')

/**
 * What a run was asked. Where that is a list of messages, or a state that holds nothing else, it grows with every run and
 * only what is new counts; anything else is told as it is.
 */
export function askedIn(state: JsonLike | undefined): JsonLike | undefined {
  const messages = messagesIn(state)
  return messages === null ? state : askedOf(messagesOf(messages, 'user'))
}

/** What came of a run: of a list of messages the last. */
export function answerIn(state: JsonLike | undefined): JsonLike | undefined {
  const messages = messagesIn(state)
  return messages === null ? state : textsOf(messagesOf(messages, 'assistant').slice(-1))
}

/** System text beside the messages is told with the call of the model. */
const MEMBERS = new Set(['messages', 'prompt', 'system'])

function messagesIn(state: JsonLike | undefined): JsonLike | null {
  if (isArray(state)) return state.length > 0 && state.every(isMessage) ? state : null
  if (!isObject(state) || !Object.keys(state).every((name) => MEMBERS.has(name))) return null
  const said = firstMember(state, ['messages', 'prompt']) ?? null
  return typeof said === 'string' || isArray(said) ? said : null
}

const isMessage = (one: JsonLike) => textMember(one, 'role') !== null || isObject(firstMember(one, ['kwargs']))
