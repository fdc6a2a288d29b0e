import type { Range } from './ast.ts'
import { FIELD_NAMES, fieldNamed } from './fields.ts'
import { nearest } from '@sentinelmesh/text/nearest'
import type { Problem } from './problem.ts'

export type Token = Mark | Term

export interface Mark extends Range {
  readonly type: 'open' | 'close' | 'or' | 'and' | 'not'
}

/** A term: `value` or `field:value`. */
export interface Term extends Range {
  readonly type: 'term'
  readonly head: Head | null
  readonly value: RawValue
}
export interface Head extends Range {
  /** As written, without the operator. */
  readonly name: string
  /** `''` for a colon without an operator. */
  readonly op: '' | '=' | '>' | '>=' | '<' | '<='
}
export interface RawValue extends Range {
  readonly form: 'bare' | 'quoted' | 'regex' | 'missing'
  /** If bare, as written with its backslashes; if quoted, unescaped; for a regex, the text between the slashes. */
  readonly text: string
  readonly flags: string
}

const HEAD = /([A-Za-z_][\w-]*(?:\.[\w$@/-]+)*)(:(?:>=|<=|[<>=])?|>=|<=|[<>=])/y
/** Matches before a quoted key, which can contain any character. */
const QUOTED_KEY = /attributes\.(?=")/iy
const OPERATOR = /:(?:>=|<=|[<>=])?|>=|<=|[<>=]/y
const WORD = /(?:\\[\s\S]|\\$|[^\s()"\\])*/y
const MARKS: Readonly<Record<string, Mark['type']>> = { OR: 'or', AND: 'and', NOT: 'not' }

/** Splits a query into tokens. Never throws: invalid text becomes a problem, and reading continues after it. */
export function tokenize(text: string): { tokens: Token[]; problems: Problem[] } {
  const tokens: Token[] = []
  const problems: Problem[] = []
  let at = 0

  const sticky = (pattern: RegExp, from: number): string => {
    pattern.lastIndex = from
    return pattern.exec(text)?.[0] ?? ''
  }

  const quoted = (): RawValue => {
    const start = at
    let content = ''
    for (at++; at < text.length && text[at] !== '"'; at++) {
      if (text[at] === '\\' && /^["\\]/.test(text.charAt(at + 1))) at++
      content += text.charAt(at)
    }
    if (at >= text.length) {
      problems.push({ start, end: at, message: 'This quotation mark is not closed.', proposal: quote(content) })
      return { form: 'quoted', text: content, flags: '', start, end: at }
    }
    return { form: 'quoted', text: content, flags: '', start, end: ++at }
  }

  const phrase = (): RawValue => {
    const content = quoted()
    if (/^[^\s()]/.test(text.charAt(at))) {
      const message = 'Leave a space after the closing quotation mark.'
      problems.push({ start: content.start, end: at, message, proposal: `${text.slice(content.start, at)} ` })
    }
    return content
  }

  const bare = (): RawValue => {
    const start = at
    at += sticky(WORD, at).length
    if (text[at] === '"') {
      at += sticky(/[^\s()]+/y, at).length
      const message = 'A quotation mark stands inside a word. Put all of it in quotation marks.'
      problems.push({ start, end: at, message, proposal: quote(text.slice(start, at)) })
    }
    return { form: 'bare', text: text.slice(start, at), flags: '', start, end: at }
  }

  const regex = (): RawValue => {
    const start = at
    for (at++; at < text.length && text[at] !== '/'; at++) if (text[at] === '\\') at++
    if (at >= text.length) {
      at = text.length
      const message = 'This regular expression has no closing slash. To search for a slash, use quotation marks.'
      problems.push({ start, end: at, message, proposal: quote(text.slice(start)) })
      return { form: 'quoted', text: text.slice(start), flags: '', start, end: at }
    }
    const source = text.slice(start + 1, at)
    const flagsStart = ++at
    at += sticky(/[^\s()]*/y, at).length
    return { form: 'regex', text: source, flags: text.slice(flagsStart, at), start, end: at }
  }

  const value = (regexable: boolean): RawValue => {
    const char = text.charAt(at)
    if (char === '"') return phrase()
    if (char === '/' && regexable) return regex()
    if (char === '' || /^[\s()]/.test(char)) return { form: 'missing', text: '', flags: '', start: at, end: at }
    return bare()
  }

  const head = (): Head | null => {
    const start = at
    if (sticky(QUOTED_KEY, at) !== '') {
      at += 'attributes.'.length
      const key = quoted()
      const op = sticky(OPERATOR, at)
      if (op === '') problems.push({ start, end: at, message: 'A colon and a value are missing here.' })
      at += op.length
      return { name: `attributes.${key.text}`, op: op.replace(':', '') as Head['op'], start, end: at - op.length }
    }
    HEAD.lastIndex = at
    const [all = '', name = '', op = ''] = HEAD.exec(text) ?? []
    if (all === '' || !isHead(name, op, text.slice(at + all.length, at + all.length + 2))) return null
    at += all.length
    return { name, op: op.replace(':', '') as Head['op'], start, end: start + name.length }
  }

  while (at < text.length) {
    const start = at
    const char = text.charAt(at)
    if (/^\s/.test(char)) at++
    else if (char === '(' || char === ')') tokens.push({ type: char === '(' ? 'open' : 'close', start, end: ++at })
    else if (char === '-' && text[at + 1] !== '-') {
      at++
      // A minus sign before whitespace is a dash between words, not an exclusion.
      if (at < text.length && /^[^\s)]/.test(text.charAt(at))) tokens.push({ type: 'not', start, end: at })
      else
        problems.push({
          start,
          end: at,
          message: 'A minus sign stands right before what it excludes.',
          proposal: '"-"',
        })
    } else if (char === '"') {
      const content = phrase()
      tokens.push({ type: 'term', head: null, value: content, start, end: at })
    } else {
      const field = head()
      const content = value(field !== null && field.op === '' && takesRegex(field.name))
      const mark = field === null && Object.hasOwn(MARKS, content.text) ? MARKS[content.text] : undefined
      tokens.push(
        mark === undefined
          ? { type: 'term', head: field, value: content, start, end: at }
          : { type: mark, start, end: at },
      )
    }
  }
  return { tokens, problems }
}

/** `https://…`, `C:\…`, `api.host.example:443` and `x>=5` are text, but `sendr:x` and `attribute.x:1` are typos. */
function isHead(name: string, op: string, next: string): boolean {
  const [root = '', ...rest] = name.split('.')
  const field = fieldNamed(root)
  if (!op.startsWith(':')) return field?.ordered === true
  if (field !== undefined) return true
  if (next === '//' || (name.length === 1 && next.startsWith('\\'))) return false
  return rest.length === 0 || nearest(root, FIELD_NAMES) !== null
}

/** Returns whether a word would be parsed as a field and a value. */
export function readsAsField(word: string): boolean {
  HEAD.lastIndex = 0
  const [all = '', name = '', op = ''] = HEAD.exec(word) ?? []
  return (all !== '' && isHead(name, op, word.slice(all.length, all.length + 2))) || /^attributes\."/i.test(word)
}

function takesRegex(name: string): boolean {
  const field = fieldNamed(name.split('.', 1)[0] ?? '')
  return field === undefined || field.regex === true
}

export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, String.raw`\$&`)}"`
}
