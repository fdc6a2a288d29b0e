/**
 * JSON text as lines to be read: one a leaf, with the strings unescaped, since that is where the places of rules are.
 * It reads the text as it is kept: numbers keep their digits, and of two equal keys both are shown.
 */
export interface JsonLine {
  /** From 0. */
  readonly number: number
  readonly depth: number
  /** Of an object's member; undefined in arrays and at the root. */
  readonly key: string | undefined
  /** RFC 6901. */
  readonly pointer: string
  readonly value:
    | { readonly type: 'string' | 'number' | 'word'; readonly text: string }
    | { readonly type: 'open' | 'close' | 'empty'; readonly text: string }
  /** A comma follows. */
  readonly more: boolean
}

/** Undefined where the text is no JSON, which a payload of type `json` never is. */
export function jsonLines(text: string): readonly JsonLine[] | undefined {
  const lines: {
    number: number
    depth: number
    key: string | undefined
    pointer: string
    value: JsonLine['value']
    more: boolean
  }[] = []
  let at = 0

  const blanks = () => {
    while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at++
  }
  const fail = (): never => {
    throw new SyntaxError(`No JSON at ${at}`)
  }
  const literal = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0] ?? fail()
    at += found.length
    return found
  }
  const string = (): string => JSON.parse(literal(/"(?:[^"\\]|\\[\s\S])*"/y)) as string

  function value(depth: number, key: string | undefined, pointer: string): void {
    blanks()
    const first = text.charAt(at)
    if (first === '{') container(depth, key, pointer, '{', '}')
    else if (first === '[') container(depth, key, pointer, '[', ']')
    else if (first === '"')
      lines.push({ number: lines.length, depth, key, pointer, value: { type: 'string', text: string() }, more: false })
    else if (/[-\d]/.test(first))
      lines.push({
        number: lines.length,
        depth,
        key,
        pointer,
        value: { type: 'number', text: literal(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y) },
        more: false,
      })
    else
      lines.push({
        number: lines.length,
        depth,
        key,
        pointer,
        value: { type: 'word', text: literal(/true|false|null/y) },
        more: false,
      })
  }

  function container(depth: number, key: string | undefined, pointer: string, open: '{' | '[', close: '}' | ']'): void {
    at++
    blanks()
    if (text.charAt(at) === close) {
      at++
      lines.push({
        number: lines.length,
        depth,
        key,
        pointer,
        value: { type: 'empty', text: open + close },
        more: false,
      })
      return
    }
    lines.push({ number: lines.length, depth, key, pointer, value: { type: 'open', text: open }, more: false })
    for (let index = 0; ; index++) {
      blanks()
      const name = open === '{' ? string() : undefined
      if (name !== undefined) {
        blanks()
        literal(/:/y)
      }
      value(depth + 1, name, `${pointer}/${name === undefined ? index : pointerSegment(name)}`)
      blanks()
      const next = text.charAt(at)
      at++
      if (next === close) break
      if (next !== ',') fail()
      const last = lines.at(-1)
      if (last !== undefined) last.more = true
    }
    lines.push({
      number: lines.length,
      depth,
      key: undefined,
      pointer,
      value: { type: 'close', text: close },
      more: false,
    })
  }

  try {
    value(0, undefined, '')
    blanks()
    return at === text.length ? lines : undefined
  } catch {
    return undefined
  }
}

function pointerSegment(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
