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

/** What a dialect sends as a string of JSON (arguments, results): the JSON if it is some object or array, else the string. */
export function parsedIfJson(text: string): RawJson | string {
  const first = /^\s*([[{])/.exec(text)
  if (first === null) return text
  try {
    JSON.parse(text)
    return new RawJson(text)
  } catch {
    return text
  }
}

/** Members that are undefined are left out. Bytes become base64, as in OTLP's own JSON. */
export function jsonText(value: JsonLike): string {
  if (value instanceof RawJson) return value.text
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'))
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return `[${value.map((one) => jsonText(one as JsonLike)).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value as Record<string, JsonLike | undefined>)
      .filter((member): member is [string, JsonLike] => member[1] !== undefined)
      .map(([key, member]) => `${JSON.stringify(key)}:${jsonText(member)}`)
    return `{${members.join(',')}}`
  }
  return JSON.stringify(value)
}
