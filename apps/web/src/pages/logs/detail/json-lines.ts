/**
 * JSON text as lines to read, one per leaf, with strings unescaped, because matches refer to unescaped strings. It
 * reads the stored text, so numbers keep their digits and duplicate keys are all shown.
 */
export interface JsonLine {
  /** Counts from 0. */
  readonly number: number
  readonly depth: number
  /** Key of an object member; undefined in arrays and at the root. */
  readonly key: string | undefined
  /** RFC 6901. */
  readonly pointer: string
  readonly value: {
    readonly type: 'string' | 'number' | 'word' | 'open' | 'close' | 'empty'
    readonly text: string
  }
  /** Whether a comma follows. */
  readonly more: boolean
}

/** Undefined if the text is not JSON, which a payload of type `json` always is. */
export function jsonLines(text: string): readonly JsonLine[] | undefined {
  const lines: JsonLine[] = []
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

  function push(
    depth: number,
    key: string | undefined,
    pointer: string,
    type: JsonLine['value']['type'],
    text: string,
  ) {
    lines.push({ number: lines.length, depth, key, pointer, value: { type, text }, more: false })
  }

  function value(depth: number, key: string | undefined, pointer: string): void {
    blanks()
    const first = text.charAt(at)
    if (first === '{') container(depth, key, pointer, '{', '}')
    else if (first === '[') container(depth, key, pointer, '[', ']')
    else if (first === '"') push(depth, key, pointer, 'string', string())
    else if (/[-\d]/.test(first)) push(depth, key, pointer, 'number', literal(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y))
    else push(depth, key, pointer, 'word', literal(/true|false|null/y))
  }

  function container(depth: number, key: string | undefined, pointer: string, open: '{' | '[', close: '}' | ']'): void {
    at++
    blanks()
    if (text.charAt(at) === close) {
      at++
      push(depth, key, pointer, 'empty', open + close)
      return
    }
    push(depth, key, pointer, 'open', open)
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
      if (last !== undefined) lines[lines.length - 1] = { ...last, more: true }
    }
    push(depth, undefined, pointer, 'close', close)
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
