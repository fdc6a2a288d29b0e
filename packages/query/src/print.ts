import type { Ast, AttributeClause, Between, Clause, Comparison, Regex, Text } from './ast.ts'
import { quote, readsAsField } from './token.ts'

/** Formats the query as text. Parsing the result yields the same tree except for offsets. */
export function print(ast: Ast): string {
  switch (ast.type) {
    case 'and':
      // An `or` needs parentheses here. A nested `and` keeps those that its author wrote.
      return ast.of
        .map((part) => (part.type === 'or' || part.type === 'and' ? `(${print(part)})` : print(part)))
        .join(' ')
    case 'or':
      return ast.of.map((part) => (part.type === 'or' ? `(${print(part)})` : print(part))).join(' OR ')
    case 'not':
      return `-${isClause(ast.of) ? print(ast.of) : `(${print(ast.of)})`}`
    default:
      return printClause(ast)
  }
}

function isClause(ast: Ast): ast is Clause {
  return ast.type !== 'and' && ast.type !== 'or' && ast.type !== 'not'
}

function printClause(clause: Clause): string {
  switch (clause.type) {
    case 'words':
      return printWords(clause.value)
    case 'text':
      return `${clause.field}:${printValue(clause.value)}`
    case 'attribute':
      return `${printAttribute(clause.path)}:${printAttributeTest(clause.test)}`
    case 'has':
      return `has:${clause.path === null ? clause.field : wordOrQuoted(`${clause.field}.${clause.path}`)}`
    case 'enum':
      return `${clause.field}:${clause.test.type === 'pattern' ? printText(clause.test) : printTest(clause.test)}`
    case 'number':
    case 'time':
      return `${clause.field}:${printTest(clause.test)}`
  }
}

/** `attributes.model`, with quotation marks if the key contains characters that a word cannot. */
export function printAttribute(path: string): string {
  return /^[\w$@/-]+(?:\.[\w$@/-]+)*$/.test(path) ? `attributes.${path}` : `attributes.${quote(path)}`
}

function printValue(value: Text | Regex): string {
  return value.type === 'regex' ? printRegex(value) : printText(value)
}

function printRegex({ source, flags }: Regex): string {
  // Escape slashes, which would end the expression. Existing escapes stay unchanged.
  const escaped = source.replace(/\\[\s\S]|\//g, (found) => (found === '/' ? String.raw`\/` : found))
  return `/${escaped}/${flags}`
}

/** A bare word must not begin with a minus sign or look like a field. */
function printWords(text: Text): string {
  if (text.type === 'exact') {
    const safe = SAFE_WORD.test(text.text) && !KEYWORDS.has(text.text) && !readsAsField(text.text)
    return safe ? text.text : quote(text.text)
  }
  const escaped = escapePattern(text.pattern).replace(/^-/, String.raw`\-`)
  return readsAsField(escaped) ? escaped.replace(/[:<>=]/, String.raw`\$&`) : escaped
}

function printText(text: Text): string {
  if (text.type === 'exact') return wordOrQuoted(text.text)
  return escapePattern(text.pattern).replace(/^[<>=/]/, String.raw`\$&`)
}

/** Escapes whitespace, parentheses and quotation marks, which would end the pattern. Keeps its own backslashes. */
function escapePattern(pattern: string): string {
  return pattern.replace(/[\s()"]/g, String.raw`\$&`)
}

const SAFE_WORD = /^[^\s()"*?\\-][^\s()"*?\\]*$/
const SAFE_VALUE = /^[^\s()"*?\\<>=/-][^\s()"*?\\]*$/
const KEYWORDS: ReadonlySet<string> = new Set(['OR', 'AND', 'NOT'])

/** Formats a value after a colon, quoted unless it is certainly safe as a bare word: quoted text is literal. */
export function wordOrQuoted(text: string): string {
  return SAFE_VALUE.test(text) && !text.includes('..') ? text : quote(text)
}

function printAttributeTest(test: AttributeClause['test']): string {
  return test.type === 'compare' || test.type === 'between' ? printTest(test) : printValue(test)
}

function printTest(test: Comparison<string | number> | Between<string | number>): string {
  if (test.type === 'compare') return `${test.op === '=' ? '' : test.op}${printOperand(String(test.value))}`
  return printOperand(`${test.from}..${test.to}`)
}

function printOperand(operand: string): string {
  return /\s/.test(operand) ? quote(operand) : operand
}
