import { LIMITS } from '@sentinelmesh/api/constants'
import type { Payload } from '@sentinelmesh/rules'
import { JsonTextError, scan, stringAt, type LeafType, type Visitor } from '@sentinelmesh/text/json-text'
import type { AttributeValue } from '../otlp/telemetry.ts'
import { spendValue } from './record-budget.ts'

/** JSON that was sent as text. It is kept verbatim, so that numbers and the order of keys remain evidence. */
export class RawJson {
  constructor(readonly text: string) {}
}

export type JsonArray = readonly JsonLike[]
export type JsonObject = { readonly [key: string]: JsonLike | undefined }
export type JsonLike = AttributeValue | null | RawJson | JsonArray | JsonObject

export function jsonPayload(value: JsonLike): Payload {
  return { type: 'json', text: jsonText(value) }
}

/** A text stays a text; anything else becomes JSON. */
export function payloadOf(value: JsonLike): Payload {
  return typeof value === 'string' ? { type: 'text', text: value } : jsonPayload(value)
}

/** Leaves room for the levels that mapping adds around a value, within the allowed depth of a payload. */
const MAX_DEPTH = LIMITS.jsonDepth - 8

/**
 * Recognizes arguments and results that a dialect sends as a string of JSON. Only objects and arrays count; JSON that
 * nests too deep for a payload stays a string.
 */
export function parsedIfJson(text: string): RawJson | string {
  return isContainer(text) ? new RawJson(text) : text
}

function isContainer(text: string): boolean {
  if (!CONTAINER_START.test(text)) return false
  try {
    scan(text, MAX_DEPTH, IGNORE_ALL)
    return true
  } catch (error) {
    if (error instanceof JsonTextError) return false
    throw error
  }
}

const CONTAINER_START = /^\s*[[{]/
const IGNORE_ALL: Visitor = { open() {}, close() {}, key() {}, leaf() {} }

/** The source text of each object and array that `valueOf` parsed, so that `jsonText` can write it verbatim. */
const SOURCE_TEXT = new WeakMap<object, string>()

/** Makes `jsonText` write `{}` for this value. Saves time if the whole source text becomes the payload anyway. */
export function writeAsEmpty(value: object): void {
  SOURCE_TEXT.set(value, '{}')
}

/** Parses an object or array; undefined for any other text, or if it nests too deep. Throws `RecordTooLarge`. */
export function valueOf(text: string): JsonArray | JsonObject | undefined {
  if (!CONTAINER_START.test(text)) return undefined
  const reading = new Reading(text)
  try {
    scan(text, MAX_DEPTH, reading)
  } catch (error) {
    if (error instanceof JsonTextError) return undefined
    throw error
  }
  return reading.outermost
}

/**
 * Builds values from a scan. Objects have no prototype, so a key can be any text; the last of two equal keys wins; an
 * integer that a number cannot represent exactly becomes a bigint.
 */
class Reading implements Visitor {
  outermost: JsonArray | JsonObject | undefined
  readonly #text: string
  readonly #open: { readonly value: JsonLike[] | Record<string, JsonLike>; readonly start: number; key: string }[] = []

  constructor(text: string) {
    this.#text = text
  }

  open(array: boolean, at: number): void {
    const value = array ? [] : (Object.create(null) as Record<string, JsonLike>)
    this.#add(value)
    this.outermost ??= value
    this.#open.push({ value, start: at, key: '' })
  }

  close(_array: boolean, end: number): void {
    const closed = this.#open.pop()
    if (closed !== undefined) SOURCE_TEXT.set(closed.value, this.#text.slice(closed.start, end))
  }

  key(start: number, end: number, escaped: boolean): void {
    const inner = this.#open.at(-1)
    if (inner !== undefined) inner.key = stringAt(this.#text, start, end, escaped)
  }

  leaf(type: LeafType, start: number, end: number, escaped: boolean): void {
    if (type === 'string') this.#add(stringAt(this.#text, start, end, escaped))
    else if (type === 'number') this.#add(numberIn(this.#text.slice(start, end)))
    else this.#add(type === 'null' ? null : this.#text[start] === 't')
  }

  #add(value: JsonLike): void {
    spendValue()
    const inner = this.#open.at(-1)
    if (inner === undefined) return
    if (Array.isArray(inner.value)) inner.value.push(value)
    else inner.value[inner.key] = value
  }
}

/** A longer integer is not an id, and parsing it as a bigint takes more than linear time. */
const MAX_INTEGER_DIGITS = 64

function numberIn(written: string): number | bigint {
  const number = Number(written)
  const exact = Number.isSafeInteger(number) || written.length > MAX_INTEGER_DIGITS || !/^-?\d+$/.test(written)
  return exact ? number : BigInt(written)
}

/** Omits members that are undefined. Bytes become base64, as in OTLP's JSON. */
export function jsonText(value: JsonLike, level = 0): string {
  if (value instanceof RawJson) return value.text
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'))
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const written = SOURCE_TEXT.get(value)
  if (written !== undefined) return written
  if (level >= MAX_DEPTH) return JSON.stringify(textsIn(value))
  if (Array.isArray(value)) return `[${value.map((one) => jsonText(one as JsonLike, level + 1)).join(',')}]`
  const members = Object.entries(value as Record<string, JsonLike | undefined>)
    .filter((member): member is [string, JsonLike] => member[1] !== undefined)
    .map(([key, member]) => `${JSON.stringify(key)}:${jsonText(member, level + 1)}`)
  return `{${members.join(',')}}`
}

/** Replaces a value that nests too deep for a payload by its texts, so that depth cannot hide them from rules. */
function textsIn(value: JsonLike): string {
  const texts: string[] = []
  const waiting: JsonLike[] = [value]
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (typeof one !== 'object' || one === null) texts.push(String(one))
    else if (one instanceof RawJson || one instanceof Uint8Array) texts.push(jsonText(one))
    else for (const member of Object.values(one).toReversed()) waiting.push((member ?? null) as JsonLike)
  }
  return texts.join(' ')
}
