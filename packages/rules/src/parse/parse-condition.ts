import { LIMITS } from '../limits.ts'
import { mendTo } from './mend.ts'
import { nearest } from '@sentinelmesh/text/nearest'
import type { Part, Reading } from './reading.ts'
import type { RuleErrorCode } from './rule-error.ts'
import type { Condition } from './rule.ts'
import type { Span, Tree, TreeScalar } from './yaml/yaml-nodes.ts'

/** Parses one condition, or a list of which any must hold. Throws `RuleError`. */
export function parseConditions(tree: Tree, path: string, names: readonly string[], reading: Reading): Condition {
  const items = tree.kind === 'list' ? tree.items : [tree]
  const parts = items.map((item, index) => {
    const part = { span: item, path: tree.kind === 'list' ? `${path}[${index}]` : path }
    if (item.kind !== 'scalar' || typeof item.value !== 'string')
      throw reading.error('condition_syntax', part, 'A condition is a text.')
    return parseCondition(item, part.path, names, reading)
  })
  const [only] = parts
  if (only === undefined) throw reading.error('condition_syntax', { span: tree, path }, 'The condition is empty.')
  return parts.length === 1 ? only : { kind: 'or', parts }
}

/**
 * Precedence from lowest to highest: `or`, `and`, `not`. `1 of` and `all of` take `them` or a pattern. Throws
 * `RuleError` at the wrong word, or at the whole condition if its YAML form differs from its text.
 */
function parseCondition(scalar: TreeScalar, path: string, names: readonly string[], reading: Reading): Condition {
  const { text } = scalar
  const tokens = text.match(TOKEN) ?? []
  const known = new Set(names)
  let at = 0
  let depth = 0
  let nodes = 0
  const fail = (
    message: string,
    code: RuleErrorCode = 'condition_syntax',
    token = at - 1,
    mend: string | null = null,
  ) => reading.error(code, { span: tokenSpan(scalar, token, reading), path } satisfies Part, message, mend)
  const word = () => tokens[at]?.toLowerCase()

  const deeper = <T>(parse: () => T): T => {
    depth++
    if (depth > LIMITS.conditionDepth)
      throw fail(`The condition is nested more than ${LIMITS.conditionDepth} deep (conditionDepth).`)
    const parsed = parse()
    depth--
    return parsed
  }
  const count = (more: number) => {
    nodes += more
    if (nodes > LIMITS.conditionParts)
      throw fail(`The condition comes to more than ${LIMITS.conditionParts} selections (conditionParts).`)
  }
  const chain = (operator: 'and' | 'or', next: () => Condition): Condition => {
    const first = next()
    const parts = [first]
    while (word() === operator) {
      at++
      parts.push(next())
    }
    return parts.length === 1 ? first : { kind: operator, parts }
  }
  const or = (): Condition => chain('or', and)
  const and = (): Condition => chain('and', not)
  const not = (): Condition => {
    if (word() !== 'not') return primary()
    at++
    return { kind: 'not', part: deeper(not) }
  }
  const primary = (): Condition => {
    const token = tokens[at]
    if (token === undefined) throw fail('The condition ends where a selection should follow.')
    at++
    count(1)
    if (token === '(') {
      const inner = deeper(or)
      if (tokens[at] !== ')') throw fail('A parenthesis is not closed.')
      at++
      return inner
    }
    if (token === ')' || token === '|' || OPERATORS.has(token.toLowerCase()))
      throw fail(`Found "${token}" where a selection should stand.`)
    if (word() === 'of') return some(token.toLowerCase())
    if (!known.has(token)) throw unknown(token)
    return { kind: 'selection', name: token }
  }
  const unknown = (token: string) => {
    const symbol = SYMBOLS[token]
    if (symbol !== undefined)
      return fail(`Conditions have no "${token}".`, 'condition_syntax', at - 1, `Write "${symbol}".`)
    if (QUANTITY.test(token)) return fail(withoutPattern(token))
    const near = nearest(token, names)
    const message = `The condition names ${JSON.stringify(token)}, which is no selection; there are ${listed(names)}.`
    return fail(message, 'unknown_identifier', at - 1, mendTo(near))
  }
  const some = (quantity: string): Condition => {
    if (!QUANTITY.test(quantity)) throw fail(`"${quantity} of" is not supported; "1 of" and "all of" are.`)
    at++
    const pattern = tokens[at]
    if (pattern === undefined || /^[()|]/.test(pattern)) throw fail(withoutPattern(quantity))
    at++
    const parts =
      patterns.get(pattern) ?? names.filter(selector(pattern)).map((name) => ({ kind: 'selection', name }) as const)
    patterns.set(pattern, parts)
    if (parts.length === 0)
      throw fail(`${JSON.stringify(pattern)} selects nothing; there are ${listed(names)}.`, 'empty_selector')
    count(parts.length)
    return { kind: quantity === 'all' ? 'and' : 'or', parts }
  }
  const patterns = new Map<string, readonly Condition[]>()

  if (tokens.length === 0) throw fail('The condition is empty.')
  const condition = or()
  const next = tokens[at++]
  if (next === '|')
    throw fail(
      'Aggregations behind "|" are no longer part of Sigma; a correlation says the same.',
      'deprecated_aggregation',
    )
  if (next !== undefined && SYMBOLS[next] !== undefined) throw unknown(next)
  if (next !== undefined) throw fail(`Found "${next}" where "and", "or" or the end should be.`)
  return condition
}

const TOKEN = /[()]|\|\|?|[^\s()|]+/g
const QUANTITY = /^(?:1|any|all)$/i
const withoutPattern = (quantity: string) => `"${quantity} of" needs a pattern or "them".`
const OPERATORS = new Set(['and', 'or', 'not', 'of'])
const SYMBOLS: Readonly<Partial<Record<string, string>>> = { '&&': 'and', '&': 'and', '||': 'or', '!': 'not' }

/** Lists the first few names for a message. */
const listed = (names: readonly string[]) =>
  names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')

/** The span of a token in the source, or of the whole scalar if its YAML form differs from its text. */
function tokenSpan(scalar: TreeScalar, token: number, reading: Reading): Span {
  const written = reading.source(scalar)
  const quoted = written.slice(1, -1) === scalar.text
  if (!quoted && written !== scalar.text) return scalar
  let index = -1
  for (const { 0: word, index: from } of scalar.text.matchAll(TOKEN)) {
    index++
    if (index < token) continue
    const start = scalar.start + from + (quoted ? 1 : 0)
    return { start, end: start + word.length }
  }
  return scalar
}

/** `them` and patterns skip names that begin with `_`, unless the pattern itself begins with `_`. */
function selector(pattern: string): (name: string) => boolean {
  if (pattern.toLowerCase() === 'them') return (name) => !name.startsWith('_')
  const parts = pattern.split('*')
  const [head = ''] = parts
  const tail = parts.at(-1) ?? ''
  return (name) => {
    if (name.startsWith('_') && !pattern.startsWith('_')) return false
    if (parts.length === 1) return name === pattern
    if (!name.startsWith(head) || !name.endsWith(tail) || name.length < head.length + tail.length) return false
    let at = head.length
    for (const part of parts.slice(1, -1)) {
      const found = name.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return at <= name.length - tail.length
  }
}
