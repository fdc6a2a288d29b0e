/** A value inside JSON text that is no object and no array; or an empty one of these. */
export interface JsonLeaf {
  /** The keys on the way joined with dots, without array indexes; `{"a.b": 1}` and `{"a": {"b": 1}}` are the same. */
  readonly path: string
  readonly type: 'string' | 'number' | 'word' | 'empty'
  /** Unescaped; of a number the digits as written; `true`, `false` or `null`; `''` of what is empty. */
  readonly text: string
}

/**
 * Reads the text and builds no objects: `__proto__` is a key like any other, of two equal keys both are seen, a number
 * keeps its digits. Total, without recursion: of text that is not JSON it gives what it could read.
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

/** All strings in JSON text that are not keys, unescaped, in their order. Total. */
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

/** Where the closing quote of the string that opens at `start` stands; the end of the text where there is none. */
function stringEnd(text: string, start: number): number {
  for (let end = start; ;) {
    end = text.indexOf('"', end + 1)
    if (end < 0) return text.length
    let before = end
    while (text[before - 1] === '\\') before--
    if ((end - before) % 2 === 0) return end
  }
}

/** In JSON a colon stands behind keys and nothing else. */
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
