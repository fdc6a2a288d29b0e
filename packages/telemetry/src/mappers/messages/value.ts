import { RawJson, valueOf, type JsonArray, type JsonLike, type JsonObject } from '../json.ts'

export function isObject(value: JsonLike | undefined): value is JsonObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof RawJson)
  )
}

export const isArray = (value: JsonLike | undefined): value is JsonArray => Array.isArray(value)

/** An object's own member; undefined for anything else. */
export function member(value: JsonLike | undefined, name: string): JsonLike | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

/** The named member, if the object has no others. */
export const onlyOf = (value: JsonLike | undefined, name: string) =>
  isObject(value) && Object.keys(value).length === 1 ? member(value, name) : undefined

/** The first of these members that is present and not null. */
export function firstMember(value: JsonLike | undefined, names: readonly string[]): JsonLike | undefined {
  for (const name of names) {
    const found = member(value, name)
    if (found !== undefined && found !== null) return found
  }
  return undefined
}

/** The first of these members that is a non-empty text or a number, as text. */
export function textMember(value: JsonLike | undefined, ...names: readonly string[]): string | null {
  for (const name of names) {
    const found = member(value, name)
    if (typeof found === 'string' && found !== '') return found
    if (typeof found === 'number' || typeof found === 'bigint') return String(found)
  }
  return null
}

/** The value of an attribute that is sent as a structure or as JSON text. Any other text is returned unchanged. */
export function structured(value: JsonLike | undefined): JsonLike | undefined {
  return typeof value === 'string' ? (valueOf(value) ?? value) : value
}

/** Like `structured` for a text that is always JSON, so a quoted string is unquoted too. */
export function decoded(value: JsonLike | undefined): JsonLike | undefined {
  if (typeof value !== 'string' || !value.startsWith('"')) return structured(value)
  const [inner] = valuesOf(valueOf(`[${value}]`))
  return typeof inner === 'string' ? inner : value
}

const valuesOf = (value: JsonLike | undefined): JsonArray => (isArray(value) && value.length === 1 ? value : [])
