/** Fields in which tools put the text that the model reads. */
const TEXT_FIELDS = new Set(['stdout', 'content', 'text', 'result', 'output', 'llmContent', 'message'])
/** Fields that classify a part with a short word, which stays. */
const TAG_FIELDS = new Set(['type', 'mode', 'status'])
const TAG = /^[A-Za-z][A-Za-z_-]{0,15}$/
/** A field name can carry text just as a value can, so longer and unusual names are omitted. */
const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,23}$/
const MAX_DEPTH = 8
const MAX_PARTS = 200

/**
 * Replaces a tool's result by one of the same shape without its content: texts are empty, lists have at most one
 * element, and the text that the model reads is the reason. A client keeps the old result if the new one has another
 * shape.
 */
export function withheld(response: unknown, reason: string): unknown {
  let told = false
  let parts = 0

  function text(): string {
    if (told) return ''
    told = true
    return reason
  }

  function empty(value: unknown, depth: number): unknown {
    parts += 1
    if (typeof value === 'string') return text()
    // `JSON.stringify` throws on a bigint.
    if (typeof value === 'bigint') return Number(value)
    if (typeof value !== 'object' || value === null) return value
    const deeper = depth < MAX_DEPTH && parts < MAX_PARTS
    if (Array.isArray(value)) return deeper ? value.slice(0, 1).map((one) => empty(one, depth + 1)) : []
    return deeper ? emptyFields(value as Record<string, unknown>, depth) : {}
  }

  function emptyFields(fields: Record<string, unknown>, depth: number): object {
    const names = Object.keys(fields).filter((name) => NAME.test(name))
    const emptied = new Map<string, unknown>()
    // The reason replaces the first text, so visit the fields that the model reads first.
    for (const name of names.toSorted((a, b) => rank(a, fields[a]) - rank(b, fields[b]))) {
      if (parts >= MAX_PARTS) break
      const value = fields[name]
      const isTag = TAG_FIELDS.has(name) && typeof value === 'string' && TAG.test(value)
      emptied.set(name, isTag ? value : empty(value, depth + 1))
    }
    return Object.fromEntries(names.filter((name) => emptied.has(name)).map((name) => [name, emptied.get(name)]))
  }

  const emptied = empty(response, 0)
  return told ? emptied : reason
}

function rank(name: string, value: unknown): number {
  if (TEXT_FIELDS.has(name)) return 0
  return typeof value === 'object' ? 1 : 2
}
