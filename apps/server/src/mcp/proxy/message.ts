import { createHash } from 'node:crypto'
import { elements, members } from '@sentinelmesh/text/json-text'
import { repairText } from '@sentinelmesh/text/repair-text'

export type Id = string | number

/** One JSON-RPC message, as text and as value. Nothing of it is trusted. */
export interface Message {
  /** As it came, without what stands around it. */
  readonly text: string
  readonly value: Readonly<Record<string, unknown>>
  /** A request or notification has one. */
  readonly method: string | null
  /** Null for a notification; of a request or response its id. */
  readonly id: Id | null
  /** The id letter by letter: a number may have more digits than a double holds. */
  readonly idText: string | null
  /** Names that some readers take for others: twice the same, or `Method`. They may read another message than we do. */
  readonly isAmbiguous: boolean
}

export type Read =
  | {
      readonly type: 'messages'
      readonly batch: boolean
      readonly messages: readonly Message[]
      /** False where a batch holds other things beside them. */
      readonly isWhole: boolean
      readonly utf8: boolean
    }
  | { readonly type: 'blank' }
  /** Not a message: no JSON, or JSON that is neither an object nor an array of them. */
  | { readonly type: 'unreadable'; readonly reason: string; readonly utf8: boolean }

/** Texts are read without recursion: what nests deep is looked at as anything else. */
const DEPTH = Infinity

const strict = new TextDecoder('utf-8', { fatal: true })
const lenient = new TextDecoder('utf-8')

/** What stands in a line, a body or an event. Bytes that are no UTF-8 are read as servers read them, and that is said. */
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

const NAMES: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params', 'result', 'error'])

function toMessage(text: string, value: unknown): Message | null {
  if (!isObject(value)) return null
  const found = members(text, { depth: DEPTH })
  const idMember = found.findLast(({ name }) => name === 'id')
  const folded = found.map(({ name }) => name.toLowerCase()).filter((name) => NAMES.has(name))
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
      found.some(({ name }) => !NAMES.has(name) && NAMES.has(name.toLowerCase())) ||
      (params?.type === 'object' && hasDoubles(text.slice(params.start, params.end))),
  }
}

function hasDoubles(object: string): boolean {
  const names = members(object, { depth: DEPTH }).map(({ name }) => name)
  return new Set(names).size < names.length
}

/** The most of a name that somebody may choose; longer ones are told apart by a hash. */
const NAME_CHARS = 400

/** Names are repeated in what is told of a message: none may make that too long to be told, and each is as it is kept. */
export function shortName(text: string): string {
  const name = repairText(text)
  if (name.length <= NAME_CHARS) return name
  const hash = createHash('sha256').update(name).digest('hex')
  return `${repairText(name.slice(0, NAME_CHARS))}… sha256:${hash}`
}

/** The text of a member that is a name; null where it is none. */
export function nameIn(object: unknown, member: string): string | null {
  const name = isObject(object) ? object[member] : undefined
  return typeof name === 'string' ? shortName(name) : null
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The text of a member as it was sent; of two with the same name the last, as in JSON.parse. */
export function memberText(object: string, name: string): string | undefined {
  const found = members(object, { depth: DEPTH }).findLast((member) => member.name === name)
  return found === undefined ? undefined : object.slice(found.start, found.end)
}

/** The object with this text for each member of that name. */
export function withMember(object: string, name: string, text: string): string {
  const found = members(object, { depth: DEPTH }).filter((member) => member.name === name)
  const starts = [0, ...found.map(({ end }) => end)]
  return starts.map((start, n) => object.slice(start, found[n]?.start)).join(text)
}

/** The texts of an array's elements. */
export function elementTexts(array: string): string[] {
  return elements(array, { depth: DEPTH }).map(({ start, end }) => array.slice(start, end))
}
