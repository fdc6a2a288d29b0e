/** A log's id is a UUID: what looks like one is meant as one. */
const LOG_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export type TriedOn = { readonly log_id: string } | { readonly entry: string }

/**
 * What was pasted, as the server takes it: the id of a stored entry, a JSON object as it is, and anything else as the
 * payload of a tool call by nobody in particular.
 */
export function readTried(pasted: string): TriedOn | undefined {
  const text = pasted.trim()
  if (text === '') return undefined
  if (LOG_ID.test(text)) return { log_id: text.toLowerCase() }
  return { entry: isObject(text) ? text : JSON.stringify({ sender: 'try', kind: 'tool_call', payload: pasted }) }
}

/** It begins as an entry would, and cannot be read as one: tried is something else than was meant. */
export function looksBroken(pasted: string): boolean {
  const text = pasted.trim()
  return text.startsWith('{') && !isObject(text)
}

function isObject(text: string): boolean {
  if (!text.startsWith('{')) return false
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}
