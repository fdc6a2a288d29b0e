import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type ParsedNode } from 'yaml'
import { LIMITS } from '../limits.ts'
import { RuleError, type SourceRange } from './rule-error.ts'

/** YAML as a rule needs it: with places, keys as text, values as written. */
export type Tree = TreeMap | TreeList | TreeScalar

export interface TreeMap {
  readonly kind: 'map'
  readonly range: SourceRange
  readonly entries: readonly TreeEntry[]
}
export interface TreeEntry {
  readonly key: string
  readonly keyRange: SourceRange
  readonly value: Tree
}
export interface TreeList {
  readonly kind: 'list'
  readonly range: SourceRange
  readonly items: readonly Tree[]
}
export interface TreeScalar {
  readonly kind: 'scalar'
  readonly range: SourceRange
  readonly value: string | number | boolean | null
  /** As the rule has it: `0x10` and `1.0` keep their form; of text what it means. */
  readonly text: string
}

/** Reads one document of YAML 1.2 (core schema). Throws `RuleError`. */
export function readYaml(text: string): Tree {
  if (text.length > LIMITS.ruleChars)
    throw new RuleError(
      'too_large',
      START,
      `A rule has at most ${LIMITS.ruleChars} characters (ruleChars); this one has ${text.length}.`,
    )
  const lines = new LineCounter()
  const rangeOf = (from: number, to: number): SourceRange => {
    const a = lines.linePos(from)
    const b = lines.linePos(to)
    return { line: a.line, column: a.col, endLine: b.line, endColumn: b.col }
  }
  const document = parse(text, lines)
  const problem = document.errors[0]
  if (problem !== undefined) {
    const code = problem.code === 'MULTIPLE_DOCS' ? 'several_documents' : 'yaml_syntax'
    const said = problem.message.split(' at line ')[0] ?? problem.message
    throw new RuleError(code, rangeOf(...problem.pos), code === 'yaml_syntax' ? said : 'One text holds one rule.')
  }

  let aliases = 0
  const convert = (node: ParsedNode | Node | null, depth: number, where: SourceRange): Tree => {
    if (node === null) return { kind: 'scalar', range: where, value: null, text: '' }
    const range = node.range ? rangeOf(node.range[0], node.range[1]) : where
    if (depth > LIMITS.ruleDepth)
      throw new RuleError('too_large', range, `Nested more than ${LIMITS.ruleDepth} deep (ruleDepth).`)
    if (isAlias(node)) {
      aliases++
      if (aliases > LIMITS.yamlAliases)
        throw new RuleError('too_large', range, `More than ${LIMITS.yamlAliases} aliases (yamlAliases).`)
      const target = node.resolve(document)
      if (target === undefined) throw new RuleError('yaml_syntax', range, 'This alias names no anchor before it.')
      return convert(target, depth + 1, range)
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => convert(item as Node | null, depth + 1, range))
      return { kind: 'list', range, items }
    }
    if (isMap(node)) {
      const seen = new Set<string>()
      const entries = node.items.map((pair) => {
        const key = convert(pair.key as Node | null, depth + 1, range)
        if (key.kind !== 'scalar') throw new RuleError('yaml_syntax', key.range, 'A key must be plain text.')
        if (seen.has(key.text))
          throw new RuleError('yaml_duplicate_key', key.range, `The key ${JSON.stringify(key.text)} stands here twice.`)
        seen.add(key.text)
        return {
          key: key.text,
          keyRange: key.range,
          value: convert(pair.value as Node | null, depth + 1, key.range),
        }
      })
      return { kind: 'map', range, entries }
    }
    if (isScalar(node)) return { kind: 'scalar', range, ...scalar(node.value, node.source) }
    throw new RuleError('yaml_syntax', range, 'This is no value that a rule may hold.')
  }
  return convert(document.contents, 0, START)
}

const START: SourceRange = { line: 1, column: 1, endLine: 1, endColumn: 1 }

function parse(text: string, lineCounter: LineCounter) {
  try {
    // Duplicate keys are looked for above: the library compares each key with each.
    return parseDocument(text, { version: '1.2', schema: 'core', uniqueKeys: false, lineCounter })
  } catch (error) {
    // The library recurses: ten thousand brackets exhaust the stack.
    if (error instanceof RangeError)
      throw new RuleError('too_large', START, `Nested more than ${LIMITS.ruleDepth} deep (ruleDepth).`)
    throw error
  }
}

function scalar(value: unknown, source: string | undefined): Pick<TreeScalar, 'value' | 'text'> {
  switch (typeof value) {
    case 'string':
      return { value, text: value }
    case 'number':
      return { value, text: source ?? String(value) }
    case 'boolean':
      return { value, text: String(value) }
    default:
      return { value: null, text: '' }
  }
}
