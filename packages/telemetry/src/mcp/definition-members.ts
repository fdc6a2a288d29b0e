import { members } from '@sentinelmesh/text/json-text'

/** What of a definition is told. */
export const DEFINITION_MEMBERS = {
  tool: ['name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations', 'icons'],
  prompt: ['name', 'title', 'description', 'arguments', 'icons'],
} as const

/**
 * An object with these of its members alone, as they are written. Of two with one name both stay: which of them a reader
 * takes nobody knows. Throws for what is no object, or nests deeper.
 */
export function onlyMembers(object: string, names: readonly string[], depth: number): string {
  const kept = members(object, { depth }).filter(({ name }) => names.includes(name))
  return `{${kept.map(({ nameStart, end }) => object.slice(nameStart, end)).join()}}`
}
