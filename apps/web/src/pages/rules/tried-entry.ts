/** Stored entries have UUIDs, so a UUID is taken as one. */
const LOG_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export type TriedOn = { readonly log_id: string } | { readonly entry: string }

/**
 * The input of the try request: the ID of a stored entry, a JSON object as is, or any other text as the payload of a
 * tool call from a placeholder sender.
 */
export function readTried(pasted: string): TriedOn | undefined {
  const text = pasted.trim()
  if (text === '') return undefined
  if (LOG_ID.test(text)) return { log_id: text.toLowerCase() }
  return { entry: isObject(text) ? text : JSON.stringify({ sender: 'try', kind: 'tool_call', payload: pasted }) }
}

/** The text starts like a JSON object but is invalid, so it is tried as a payload instead. */
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
