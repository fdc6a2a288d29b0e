import { members } from '@sentinelmesh/text/json-text'

/** The members of a definition that entries include. */
export const DEFINITION_MEMBERS = {
  tool: ['name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations', 'icons'],
  prompt: ['name', 'title', 'description', 'arguments', 'icons'],
} as const

/**
 * The JSON text of an object, reduced to the named members, each verbatim. Duplicate members all stay, because readers
 * differ in which one they use. Throws if the text is not an object or nests deeper than `depth`.
 */
export function onlyMembers(object: string, names: readonly string[], depth: number): string {
  const kept = members(object, { depth }).filter(({ name }) => names.includes(name))
  return `{${kept.map(({ nameStart, end }) => object.slice(nameStart, end)).join()}}`
}
