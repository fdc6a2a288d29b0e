/** What an expression looks for that is no more than a text. */
export interface LiteralRegex {
  readonly text: string
  readonly place: 'whole' | 'contains' | 'startswith' | 'endswith'
}

/** `^`, `.*`; the text, in which what means more than itself is escaped; `.*`, `$`. */
const LITERAL = /^(\^|\.\*)?((?:[^\\.[\](){}|*+?^$]|\\[^\w\s])+)(\$|\.\*)?$/

/** Null where the expression is more than a text. */
export function literalOf(regex: string): LiteralRegex | null {
  const [, start = '', body, end = ''] = LITERAL.exec(regex) ?? []
  if (body === undefined) return null
  const place = start === '^' ? (end === '$' ? 'whole' : 'startswith') : end === '$' ? 'endswith' : 'contains'
  return { text: body.replaceAll(/\\(.)/gs, '$1'), place }
}
