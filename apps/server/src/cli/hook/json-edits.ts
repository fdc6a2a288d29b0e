import { elements, members } from '@sentinelmesh/text/json-text'

/**
 * Edits a JSON file in place: every other character stays as it is. A path is a list of member names from the root. The
 * text must be valid JSON.
 *
 * `modify` of jsonc-parser 3.3.1 does not do this: it reformats the whole line of an edit, turns `[1, 2]` into `[12]`
 * when it removes the last element, and edits the first of two members with the same name, which `JSON.parse` ignores.
 */

const BOUNDS = { depth: 200 }

/** The text of the value at this path. Null if there is none. */
export function valueAt(text: string, path: readonly string[]): string | null {
  const value = spanAt(text, path)
  return value === null ? null : text.slice(value.start, value.end)
}

/** Adds a member, and the objects on its path that are missing. */
export function addMember(text: string, path: readonly string[], value: unknown): string {
  const [parent, name = ''] = [path.slice(0, -1), path.at(-1)]
  const object = spanAt(text, parent)
  return object === null ? addMember(text, parent, { [name]: value }) : insert(text, object, value, name)
}

/** Adds an element to the end of the array at this path. */
export function addElement(text: string, path: readonly string[], value: unknown): string {
  const array = spanAt(text, path)
  if (array === null) throw new Error(`there is no array at ${path.join('.')}`)
  return insert(text, array, value)
}

/** Removes a member of the object, or an element of the array, at this path. */
export function remove(text: string, path: readonly string[], key: string | number): string {
  const parent = spanAt(text, path)
  if (parent === null) return text
  const children = childrenOf(text, parent)
  const index = typeof key === 'number' ? key : children.findLastIndex(({ name }) => name === key)
  const [before, removed, after] = [children[index - 1], children[index], children[index + 1]]
  if (removed === undefined) return text
  if (before !== undefined) return text.slice(0, before.end) + text.slice(removed.end)
  if (after !== undefined) return text.slice(0, removed.from) + text.slice(after.from)
  return text.slice(0, parent.start + 1) + text.slice(parent.end - 1)
}

interface Span {
  readonly start: number
  readonly end: number
}

/** A member or an element, with the span of its value. */
interface Child extends Span {
  readonly name: string | null
  /** The offset where it begins. A member begins with its name. */
  readonly from: number
}

/** Finds the last of several members with the same name, like `JSON.parse`. */
function spanAt(text: string, path: readonly string[]): Span | null {
  let span: Span | undefined = { start: /^\s*/.exec(text)?.[0].length ?? 0, end: text.trimEnd().length }
  for (const name of path) {
    if (text[span.start] !== '{') return null
    span = childrenOf(text, span).findLast((member) => member.name === name)
    if (span === undefined) return null
  }
  return span
}

function childrenOf(text: string, { start: offset, end }: Span): Child[] {
  const value = text.slice(offset, end)
  const children = value.startsWith('{')
    ? members(value, BOUNDS).map((member) => ({ ...member, from: member.nameStart }))
    : elements(value, BOUNDS).map((element) => ({ ...element, name: null, from: element.start }))
  return children.map((child) => ({
    name: child.name,
    from: child.from + offset,
    start: child.start + offset,
    end: child.end + offset,
  }))
}

/** Formats the new value like its neighbors: on a line of its own, or on the same line. */
function insert(text: string, parent: Span, value: unknown, name?: string): string {
  const unit = /\n([ \t]+)\S/.exec(text)?.[1] ?? (text.includes('\n') || text.trim() === '{}' ? '  ' : '')
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const outer = indentAt(text, parent.start)
  const last = childrenOf(text, parent).at(-1)
  const onOwnLine = last === undefined ? unit !== '' : /\n[ \t]*$/.test(text.slice(parent.start, last.from))
  const inner = onOwnLine && last !== undefined ? indentAt(text, last.from) : outer + unit

  const json = onOwnLine
    ? JSON.stringify(value, null, unit || '  ').replaceAll('\n', newline + inner)
    : JSON.stringify(value)
  const written = name === undefined ? json : `${JSON.stringify(name)}: ${json}`
  if (last !== undefined) {
    const separator = onOwnLine ? `,${newline}${inner}` : ', '
    return text.slice(0, last.end) + separator + written + text.slice(last.end)
  }
  const [before, after] = onOwnLine ? [newline + inner, newline + outer] : ['', '']
  return text.slice(0, parent.start + 1) + before + written + after + text.slice(parent.end - 1)
}

/** The whitespace at the beginning of the line at this position. */
function indentAt(text: string, position: number): string {
  const line = text.lastIndexOf('\n', position - 1) + 1
  return /^[ \t]*/.exec(text.slice(line, position))?.[0] ?? ''
}
