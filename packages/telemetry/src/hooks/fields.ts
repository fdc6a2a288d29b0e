import { parsedIfJson, valueOf, type JsonLike } from '../mappers/json.ts'
import type { Arguments } from '../mappers/entries.ts'
import { parseTimestamp } from '../timestamp.ts'

/** The members of a hook's input. */
export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The first of these fields that is present: clients spell the same field in several ways. */
export function fieldOf(fields: Fields, names: readonly string[]): unknown {
  const name = names.find((one) => Object.hasOwn(fields, one) && fields[one] !== null)
  return name === undefined ? undefined : fields[name]
}

/** Null if the first field present is not a text, or is empty. */
export function textOf(fields: Fields, ...names: readonly string[]): string | null {
  const value = fieldOf(fields, names)
  return typeof value === 'string' && value !== '' ? value : null
}

/** Some versions send arguments as a string of JSON. */
export function argumentsIn(sent: unknown): Arguments | null {
  if (sent === undefined || sent === null) return null
  return typeof sent === 'string'
    ? { json: parsedIfJson(sent), value: valueOf(sent) ?? sent }
    : { json: sent as JsonLike, value: sent }
}

/** Nanoseconds; null if the timestamp is absent or cannot be parsed. */
export function nanosOf(timestamp: unknown): bigint | null {
  if (!timestamp) return null
  // `withBoundedTime` limits how far ahead an instant can be.
  const read = parseTimestamp(timestamp, Number.MAX_SAFE_INTEGER)
  return typeof read === 'string' ? null : BigInt(read.at) * 1000n
}

/** Joins a list of text blocks into one text. Returns a list with any other block unchanged. */
export function textOfBlocks(content: unknown): JsonLike {
  if (!Array.isArray(content) || content.length === 0) return content as JsonLike
  const texts = content.map((block: unknown) => (isFields(block) ? block['text'] : block))
  return texts.every((text) => typeof text === 'string') ? texts.join('\n') : (content as JsonLike)
}
