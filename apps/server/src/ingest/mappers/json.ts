import { LIMITS } from '@sentinelmesh/api/constants'
import type { Payload } from '@sentinelmesh/rules'
import type { AttributeValue } from '../otlp/telemetry.ts'

/** JSON that somebody sent as text: kept letter by letter, so that numbers and the order of keys stay evidence. */
export class RawJson {
  constructor(readonly text: string) {}
}

export type JsonLike =
  | AttributeValue
  | null
  | RawJson
  | readonly JsonLike[]
  | { readonly [key: string]: JsonLike | undefined }

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
  return valueOf(text) === undefined ? text : new RawJson(text)
}

/** The object or array that a text of JSON holds; undefined where it holds none or nests too deep. */
export function valueOf(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text) || !nestsWithin(text, MOST_LEVELS)) return undefined
  try {
    return JSON.parse(text) as object
  } catch {
    return undefined
  }
}

/** JSON.parse takes any depth, and what walks its value afterwards may not: so it is measured on the text. */
function nestsWithin(text: string, most: number): boolean {
  let level = 0
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]
    if (char === '"') at = endOfString(text, at)
    else if (char === '[' || char === '{') level += 1
    else if (char === ']' || char === '}') level -= 1
    if (level > most) return false
  }
  return true
}

/** Where the string that begins at `start` ends; the end of the text where it does not. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

/** Stands where a value nests too deep for a payload. */
const CUT = '[nested too deep]'

/** Members that are undefined are left out. Bytes become base64, as in OTLP's own JSON. */
export function jsonText(value: JsonLike, level = 0): string {
  if (value instanceof RawJson) return value.text
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'))
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (level >= MOST_LEVELS) return JSON.stringify(CUT)
  if (Array.isArray(value)) return `[${value.map((one) => jsonText(one as JsonLike, level + 1)).join(',')}]`
  const members = Object.entries(value as Record<string, JsonLike | undefined>)
    .filter((member): member is [string, JsonLike] => member[1] !== undefined)
    .map(([key, member]) => `${JSON.stringify(key)}:${jsonText(member, level + 1)}`)
  return `{${members.join(',')}}`
}
