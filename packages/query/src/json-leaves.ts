/** A value in JSON text that is not an object or array, or is an empty one. */
export interface JsonLeaf {
  /** The keys joined by dots, without array indexes, so that `{"a.b": 1}` and `{"a": {"b": 1}}` have the same path. */
  readonly path: string
  readonly type: 'string' | 'number' | 'word' | 'empty'
  /** An unescaped string, a number as written, `true`, `false` or `null`; `''` for an empty object or array. */
  readonly text: string
}

/**
 * Reads the text without building objects: `__proto__` is an ordinary key, duplicate keys are all returned, and numbers
 * keep their digits. Never throws and does not recurse. For text that is not JSON, it returns what it could read.
 */
export function jsonLeaves(text: string): JsonLeaf[] {
  const leaves: JsonLeaf[] = []
  const stack: { readonly array: boolean; readonly path: string; empty: boolean }[] = []
  let key = ''
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    const top = stack.at(-1)
    if (char === '{' || char === '[') {
      if (top !== undefined) top.empty = false
      stack.push({ array: char === '[', path: pathOf(top, key), empty: true })
    } else if (char === '}' || char === ']') {
      if (top?.empty === true) leaves.push({ path: top.path, type: 'empty', text: '' })
      stack.pop()
    } else if (char === '"') {
      const end = stringEnd(text, at)
      if (top !== undefined) top.empty = false
      if (isKey(text, end)) key = unescape(text, at, end)
      else leaves.push({ path: pathOf(top, key), type: 'string', text: unescape(text, at, end) })
      at = end
    } else if (/^[-\dtfn]/.test(char)) {
      WORD.lastIndex = at
      const word = WORD.exec(text)?.[0] ?? char
      if (top !== undefined) top.empty = false
      leaves.push({ path: pathOf(top, key), type: /^[-\d]/.test(char) ? 'number' : 'word', text: word })
      at += word.length - 1
    }
  }
  return leaves
}

/** All strings in JSON text except keys, unescaped and in order. Never throws. */
export function jsonStrings(text: string): string[] {
  const strings: string[] = []
  for (let at = text.indexOf('"'); at >= 0;) {
    const end = stringEnd(text, at)
    if (!isKey(text, end)) strings.push(unescape(text, at, end))
    at = text.indexOf('"', end + 1)
  }
  return strings
}

const WORD = /[-+.\w]+/y

function pathOf(top: { readonly array: boolean; readonly path: string } | undefined, key: string): string {
  if (top === undefined) return ''
  if (top.array) return top.path
  return top.path === '' ? key : `${top.path}.${key}`
}

/** The offset of the closing quote of the string that opens at `start`, or the end of the text if there is none. */
function stringEnd(text: string, start: number): number {
  for (let end = start; ;) {
    end = text.indexOf('"', end + 1)
    if (end < 0) return text.length
    let before = end
    while (text[before - 1] === '\\') before--
    if ((end - before) % 2 === 0) return end
  }
}

/** Returns whether the string is a key. In JSON only keys are followed by a colon. */
function isKey(text: string, end: number): boolean {
  let at = end + 1
  while (at < text.length && /^[ \t\n\r]/.test(text.charAt(at))) at++
  return text[at] === ':'
}

function unescape(text: string, start: number, end: number): string {
  const inner = text.slice(start + 1, end)
  if (!inner.includes('\\')) return inner
  try {
    const read: unknown = JSON.parse(`"${inner}"`)
    return typeof read === 'string' ? read : inner
  } catch {
    return inner
  }
}
