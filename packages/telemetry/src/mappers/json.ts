import { LIMITS } from '@sentinelmesh/api/constants'
import type { Payload } from '@sentinelmesh/rules'
import { JsonTextError, scan, stringAt, type LeafType, type Visitor } from '@sentinelmesh/text/json-text'
import type { AttributeValue } from '../otlp/telemetry.ts'
import { spendValue } from './record-budget.ts'

/** JSON that somebody sent as text: kept letter by letter, so that numbers and the order of keys stay evidence. */
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

/** Leaves room for what is put around a value within the depth that a payload may have. */
const MOST_LEVELS = LIMITS.jsonDepth - 8

/**
 * What a dialect sends as a string of JSON (arguments, results): the JSON if it is some object or array, else the
 * string. What nests too deep for a payload stays a string.
 */
export function parsedIfJson(text: string): RawJson | string {
  return isContainer(text) ? new RawJson(text) : text
}

function isContainer(text: string): boolean {
  if (!BEGINS.test(text)) return false
  try {
    scan(text, MOST_LEVELS, UNHEARD)
    return true
  } catch (error) {
    if (error instanceof JsonTextError) return false
    throw error
  }
}

const BEGINS = /^\s*[[{]/
const UNHEARD: Visitor = { open() {}, close() {}, key() {}, leaf() {} }

/** The text of each object and array that was read from JSON, so that it can be passed on as it was sent. */
const WRITTEN = new WeakMap<object, string>()

/** Lets `jsonText` write an empty object for this value: where all of the text becomes the payload, writing a part is in vain. */
export function leaveUnwritten(value: object): void {
  WRITTEN.set(value, '{}')
}

/** The object or array that a text of JSON holds; undefined where it holds none or nests too deep. Throws `RecordTooLarge`. */
export function valueOf(text: string): JsonArray | JsonObject | undefined {
  if (!BEGINS.test(text)) return undefined
  const reading = new Reading(text)
  try {
    scan(text, MOST_LEVELS, reading)
  } catch (error) {
    if (error instanceof JsonTextError) return undefined
    throw error
  }
  return reading.outermost
}

/**
 * Builds values out of what `scan` meets. Objects have no prototype, so a key may be any text; of two equal keys the last
 * counts; an integer that JavaScript has not exactly is a bigint.
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
    if (closed !== undefined) WRITTEN.set(closed.value, this.#text.slice(closed.start, end))
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

/** An integer of more digits is nobody's id, and reading it as a bigint takes more than linear time. */
const MOST_DIGITS = 64

function numberIn(written: string): number | bigint {
  const number = Number(written)
  const exact = Number.isSafeInteger(number) || written.length > MOST_DIGITS || !/^-?\d+$/.test(written)
  return exact ? number : BigInt(written)
}

/** Members that are undefined are left out. Bytes become base64, as in OTLP's own JSON. */
export function jsonText(value: JsonLike, level = 0): string {
  if (value instanceof RawJson) return value.text
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'))
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const written = WRITTEN.get(value)
  if (written !== undefined) return written
  if (level >= MOST_LEVELS) return JSON.stringify(textsIn(value))
  if (Array.isArray(value)) return `[${value.map((one) => jsonText(one as JsonLike, level + 1)).join(',')}]`
  const members = Object.entries(value as Record<string, JsonLike | undefined>)
    .filter((member): member is [string, JsonLike] => member[1] !== undefined)
    .map(([key, member]) => `${JSON.stringify(key)}:${jsonText(member, level + 1)}`)
  return `{${members.join(',')}}`
}

/** Stands where a value nests too deep for a payload: depth must not hide what its texts say. */
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
