/** Where tools put the text that the model reads. */
const TEXT_FIELDS = new Set(['stdout', 'content', 'text', 'result', 'output', 'llmContent', 'message'])
/** What says of which sort a part is; a sort is a short word. */
const SORT_FIELDS = new Set(['type', 'mode', 'status'])
const SORT = /^[A-Za-z][A-Za-z_-]{0,15}$/
/** A name can carry a text as well as a value can: what a tool made up itself is left out. */
const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,23}$/
const DEEPEST = 8
const MOST_PARTS = 200

/**
 * A tool's result in the same shape without anything of it: every text is empty, every list has one element at most, and
 * where the model reads stands the reason. A client keeps the old result when the shape of the new one does not fit.
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
    // JSON has no way to write one.
    if (typeof value === 'bigint') return Number(value)
    if (typeof value !== 'object' || value === null) return value
    const deeper = depth < DEEPEST && parts < MOST_PARTS
    if (Array.isArray(value)) return deeper ? value.slice(0, 1).map((one) => empty(one, depth + 1)) : []
    return deeper ? emptyFields(value as Record<string, unknown>, depth) : {}
  }

  function emptyFields(fields: Record<string, unknown>, depth: number): object {
    const names = Object.keys(fields).filter((name) => NAME.test(name))
    const emptied = new Map<string, unknown>()
    // The reason goes to the first text, and that is to be one which the model reads.
    for (const name of names.toSorted((a, b) => rank(a, fields[a]) - rank(b, fields[b]))) {
      if (parts >= MOST_PARTS) break
      const value = fields[name]
      const isSort = SORT_FIELDS.has(name) && typeof value === 'string' && SORT.test(value)
      emptied.set(name, isSort ? value : empty(value, depth + 1))
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
