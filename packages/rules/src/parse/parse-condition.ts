import { LIMITS } from '../limits.ts'
import { RuleError, type SourceRange } from './rule-error.ts'
import type { Condition } from './rule.ts'

/**
 * `or` binds weaker than `and`, `and` weaker than `not`; `1 of` and `all of` take `them` or a pattern. Throws
 * `RuleError` at `range`, the place of the whole condition.
 */
export function parseCondition(text: string, names: readonly string[], range: SourceRange): Condition {
  const tokens = text.match(/[()|]|[^\s()|]+/g) ?? []
  let at = 0
  let depth = 0
  const fail = (message: string, code: 'bad_condition' | 'unknown_selection' = 'bad_condition') =>
    new RuleError(code, range, message)
  const word = () => tokens[at]?.toLowerCase()

  const deeper = <T>(parse: () => T): T => {
    depth++
    if (depth > LIMITS.conditionDepth)
      throw fail(`The condition is nested more than ${LIMITS.conditionDepth} deep (conditionDepth).`)
    const parsed = parse()
    depth--
    return parsed
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
    if (token === '(') {
      const inner = deeper(or)
      if (tokens[at] !== ')') throw fail('A parenthesis is not closed.')
      at++
      return inner
    }
    if (word() === 'of' && /^(?:\d+|any|all)$/i.test(token)) return some(token.toLowerCase())
    if (token === ')' || token === '|' || OPERATORS.has(token.toLowerCase()))
      throw fail(`Found "${token}" where a selection should stand.`)
    if (!names.includes(token))
      throw fail(`The condition names "${token}", which is no selection.`, 'unknown_selection')
    return { kind: 'selection', name: token }
  }
  const some = (count: string): Condition => {
    if (count !== '1' && count !== 'any' && count !== 'all')
      throw fail(`"${count} of" is not supported; "1 of" and "all of" are.`)
    at++
    const pattern = tokens[at]
    if (pattern === undefined || '()|'.includes(pattern)) throw fail(`"${count} of" needs a pattern or "them".`)
    at++
    const chosen = names.filter(selector(pattern))
    if (chosen.length === 0) throw fail(`"${pattern}" selects nothing.`, 'unknown_selection')
    return { kind: count === 'all' ? 'and' : 'or', parts: chosen.map((name) => ({ kind: 'selection', name })) }
  }

  if (tokens.length === 0) throw fail('The condition is empty.')
  const condition = or()
  if (tokens[at] === '|')
    throw fail('Aggregations behind "|" are no longer part of Sigma; a correlation rule says the same.')
  if (at < tokens.length) throw fail(`Found "${tokens[at] ?? ''}" behind the end of the condition.`)
  return condition
}

const OPERATORS = new Set(['and', 'or', 'not', 'of'])

/** `them` and patterns pass over names that begin with `_`, unless the pattern itself begins so. */
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
