import { createHash } from 'node:crypto'
import { elements, members } from '@sentinelmesh/text/json-text'
import { repairText } from '@sentinelmesh/text/repair-text'

export type Id = string | number

/** One JSON-RPC message, as text and as a parsed value. Neither is validated: any member may have any type. */
export interface Message {
  /** The text that was received, without surrounding whitespace or the array of its batch. */
  readonly text: string
  readonly value: Readonly<Record<string, unknown>>
  /** Null for a response. */
  readonly method: string | null
  /** Null for a notification. */
  readonly id: Id | null
  /** The id as it was written: a number may have more digits than a double holds. */
  readonly idText: string | null
  /** True if a member name is repeated or differs from a known one by case only. Other parsers may read another message. */
  readonly isAmbiguous: boolean
}

export type Read =
  | {
      readonly type: 'messages'
      readonly batch: boolean
      readonly messages: readonly Message[]
      /** False if a batch also holds values that are not objects. */
      readonly isWhole: boolean
      readonly utf8: boolean
    }
  | { readonly type: 'blank' }
  /** Not JSON, or JSON that is neither an object nor an array with objects. */
  | { readonly type: 'unreadable'; readonly reason: string; readonly utf8: boolean }

/** The parser does not recurse, so deep nesting needs no bound. */
const DEPTH = Infinity

const strict = new TextDecoder('utf-8', { fatal: true })
const lenient = new TextDecoder('utf-8')

/** Parses a line, a body or an event. Invalid UTF-8 is decoded with replacement characters, as servers do, and reported. */
export function readMessages(bytes: Uint8Array): Read {
  let text: string
  let utf8 = true
  try {
    text = strict.decode(bytes)
  } catch {
    text = lenient.decode(bytes)
    utf8 = false
  }
  return readText(text, utf8)
}

export function readText(text: string, utf8 = true): Read {
  if (text.trim() === '') return { type: 'blank' }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { type: 'unreadable', reason: 'it is not JSON', utf8 }
  }
  if (!Array.isArray(value)) {
    const message = toMessage(text.trim(), value)
    return message === null
      ? { type: 'unreadable', reason: 'it is not an object', utf8 }
      : { type: 'messages', batch: false, messages: [message], isWhole: true, utf8 }
  }
  const found = elements(text, { depth: DEPTH }).map(({ start, end }, n) => toMessage(text.slice(start, end), value[n]))
  const messages = found.filter((message) => message !== null)
  return messages.length === 0
    ? { type: 'unreadable', reason: 'it is an array without objects', utf8 }
    : { type: 'messages', batch: true, messages, isWhole: messages.length === found.length, utf8 }
}

const MEMBER_NAMES: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params', 'result', 'error'])

function toMessage(text: string, value: unknown): Message | null {
  if (!isObject(value)) return null
  const found = members(text, { depth: DEPTH })
  const idMember = found.findLast(({ name }) => name === 'id')
  const folded = found.map(({ name }) => name.toLowerCase()).filter((name) => MEMBER_NAMES.has(name))
  const params = found.findLast(({ name }) => name === 'params')
  const { id, method } = value
  return {
    text,
    value,
    method: typeof method === 'string' ? method : null,
    id: typeof id === 'string' || typeof id === 'number' ? id : null,
    idText: idMember === undefined ? null : text.slice(idMember.start, idMember.end),
    isAmbiguous:
      new Set(folded).size < folded.length ||
      found.some(({ name }) => !MEMBER_NAMES.has(name) && MEMBER_NAMES.has(name.toLowerCase())) ||
      (params?.type === 'object' && hasRepeatedNames(text.slice(params.start, params.end))),
  }
}

function hasRepeatedNames(object: string): boolean {
  const names = members(object, { depth: DEPTH }).map(({ name }) => name)
  return new Set(names).size < names.length
}

/** Longer names are cut, and a hash keeps them distinct. */
const NAME_CHARS = 400

/** Bounds a name that the client or the server chose, because entries repeat it. Repairs it to text that the store keeps. */
export function shortName(text: string): string {
  const name = repairText(text)
  if (name.length <= NAME_CHARS) return name
  const hash = createHash('sha256').update(name).digest('hex')
  return `${repairText(name.slice(0, NAME_CHARS))}… sha256:${hash}`
}

/** A member that is a string, shortened as a name. Null if it is not a string. */
export function nameIn(object: unknown, member: string): string | null {
  const name = isObject(object) ? object[member] : undefined
  return typeof name === 'string' ? shortName(name) : null
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The text of a member as it was sent. Of two members with the same name the last counts, as in JSON.parse. */
export function memberText(object: string, name: string): string | undefined {
  const found = members(object, { depth: DEPTH }).findLast((member) => member.name === name)
  return found === undefined ? undefined : object.slice(found.start, found.end)
}

/** Replaces the value of each member with this name. */
export function withMember(object: string, name: string, text: string): string {
  const found = members(object, { depth: DEPTH }).filter((member) => member.name === name)
  const starts = [0, ...found.map(({ end }) => end)]
  return starts.map((start, n) => object.slice(start, found[n]?.start)).join(text)
}

/** The texts of an array's elements, as they were sent. */
export function elementTexts(array: string): string[] {
  return elements(array, { depth: DEPTH }).map(({ start, end }) => array.slice(start, end))
}

/** The code of a JSON-RPC error, or `unknown` if it has none. */
export function errorCode({ code }: Readonly<Record<string, unknown>>): string {
  return typeof code === 'number' ? String(code) : 'unknown'
}
