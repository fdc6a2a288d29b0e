import { Composer, type CST, isAlias, isMap, isScalar, isSeq, Lexer, Parser, type Document, type Node } from 'yaml'
import { LIMITS } from '../../limits.ts'
import type { DocumentText } from './documents.ts'
import { RuleError } from '../rule-error.ts'
import type { Span, Tree, TreeEntry, TreeScalar } from './yaml-nodes.ts'
import { readPlainYaml } from './yaml-plain.ts'
import { sentenceOf } from './yaml-sentences.ts'

export interface YamlDocument {
  readonly root: Tree
  /** Whether it has aliases, so that reading it can visit more nodes than are written. */
  readonly aliased: boolean
}

/** Parses one document of YAML 1.2 (core schema). Throws `RuleError`. */
export function readYaml({ text, offset, places }: DocumentText): YamlDocument {
  const fail = (code: RuleError['code'], start: number, end: number, message: string) =>
    new RuleError(code, places.range(start, end), message)
  if (text.length > LIMITS.ruleChars)
    throw fail(
      'too_large',
      offset,
      offset,
      `A rule has at most ${LIMITS.ruleChars} characters (ruleChars); this one has ${text.length}.`,
    )
  const lost = text.indexOf('\uFFFD')
  if (lost >= 0)
    throw fail(
      'invalid_utf8',
      offset + lost,
      offset + lost + 1,
      'Here stood bytes that are no UTF-8. Save the file as UTF-8; if U+FFFD itself is meant, write "\\uFFFD" in double quotes.',
    )
  const plain = readPlainYaml(text, offset)
  return plain === null ? readAnyYaml(text, offset, fail) : { root: plain, aliased: false }
}

/** Parses any YAML with the library. */
export function readAnyYaml(text: string, offset: number, fail: Fail): YamlDocument {
  const [document, another] = parse(text, (at) => fail('too_large', offset + at, offset + at, TOO_DEEP))
  const problem = document?.errors[0] ?? document?.warnings[0]
  if (problem !== undefined)
    throw fail('yaml_syntax', offset + problem.pos[0], offset + problem.pos[1], sentenceOf(problem))
  if (document === undefined || another !== undefined) {
    const second = offset + (another?.range[0] ?? 0)
    throw fail('yaml_syntax', second, second, 'Here a second document begins. "---" on a line of its own parts them.')
  }
  return treeOf(document, { text, offset }, fail)
}

const TOO_DEEP = `Nested more than ${LIMITS.ruleDepth} deep (ruleDepth).`

type Fail = (code: RuleError['code'], start: number, end: number, message: string) => RuleError

/** The library includes line breaks after a block in its range; this excludes them. */
function lastCharacter(text: string, start: number, end: number): number {
  while (end > start && ' \t\r\n'.includes(text.charAt(end - 1))) end--
  return end
}

function treeOf(
  document: Document.Parsed,
  { text, offset }: Pick<DocumentText, 'text' | 'offset'>,
  fail: Fail,
): YamlDocument {
  /** By anchor: the tree and its height; null while it is being read. */
  const anchors = new Map<string, { tree: Tree; height: number } | null>()
  let aliased = false
  let deepest = 0

  const convert = (node: Node | null, depth: number, where: Span): Tree => {
    if (node === null) return { kind: 'scalar', start: where.start, end: where.end, value: null, text: '' }
    const start = node.range ? offset + node.range[0] : where.start
    const end = node.range ? offset + lastCharacter(text, node.range[0], node.range[1]) : where.end
    if (depth > LIMITS.ruleDepth) throw fail('too_large', start, end, TOO_DEEP)
    if (isAlias(node)) {
      const anchor = anchors.get(node.source)
      if (anchor === undefined) throw fail('yaml_syntax', start, end, 'This alias names no anchor before it.')
      if (anchor === null) throw fail('yaml_syntax', start, end, 'This alias stands within what it names.')
      aliased = true
      deepest = Math.max(deepest, depth + anchor.height)
      if (deepest > LIMITS.ruleDepth) throw fail('too_large', start, end, TOO_DEEP)
      return anchor.tree
    }
    const { anchor } = node as { anchor?: string }
    const before = deepest
    deepest = depth
    if (anchor !== undefined) anchors.set(anchor, null)
    const tree = content(node, depth, { start, end })
    if (anchor !== undefined) anchors.set(anchor, { tree, height: deepest - depth })
    deepest = Math.max(before, deepest)
    return tree
  }
  const content = (node: Node, depth: number, span: Span): Tree => {
    const { start, end } = span
    if (isScalar(node)) return { kind: 'scalar', start, end, ...scalar(node.value, node.source) }
    if (isSeq(node)) {
      const items = node.items.map((item) => convert(item as Node | null, depth + 1, span))
      return { kind: 'list', start, end: node.flow ? end : lastEnd(node.items.at(-1), items.at(-1), end), items }
    }
    if (!isMap(node)) throw fail('yaml_syntax', start, end, 'This is no value that a rule may hold.')
    const seen = new Set<string>()
    const entries = node.items.map((pair): TreeEntry => {
      const key = convert(pair.key as Node | null, depth + 1, span)
      if (key.kind !== 'scalar') throw fail('yaml_syntax', key.start, key.end, 'A key must be plain text.')
      if (seen.has(key.text))
        throw fail('yaml_duplicate_key', key.start, key.end, `The key ${JSON.stringify(key.text)} stands here twice.`)
      seen.add(key.text)
      return { key: key.text, keySpan: key, value: convert(pair.value as Node | null, depth + 1, key) }
    })
    const last = entries.at(-1)
    return { kind: 'map', start, end: node.flow ? end : lastEnd(node.items.at(-1)?.value, last?.value, end), entries }
  }
  /** The library includes comments after a block in its range, and the tree of an alias is elsewhere in the text. */
  const lastEnd = (node: unknown, tree: Tree | undefined, end: number) =>
    tree === undefined || isAlias(node) ? end : tree.end
  const root = convert(document.contents, 0, { start: offset, end: offset })
  return { root, aliased }
}

/** The number of nodes in the tree with aliases expanded. Takes time linear in the written nodes. */
export function sizeOf(tree: Tree, known: Map<Tree, number> = new Map<Tree, number>()): number {
  const before = known.get(tree)
  if (before !== undefined) return before
  let size = 1
  if (tree.kind === 'list') for (const item of tree.items) size += sizeOf(item, known)
  if (tree.kind === 'map') for (const { value } of tree.entries) size += sizeOf(value, known)
  known.set(tree, size)
  return size
}

/** The UTF-16 units of all texts in the tree with aliases expanded. Takes time linear in the written nodes. */
export function charsOf(tree: Tree, known: Map<Tree, number> = new Map<Tree, number>()): number {
  const before = known.get(tree)
  if (before !== undefined) return before
  let chars = tree.kind === 'scalar' ? tree.text.length : 0
  if (tree.kind === 'list') for (const item of tree.items) chars += charsOf(item, known)
  if (tree.kind === 'map') for (const { key, value } of tree.entries) chars += key.length + charsOf(value, known)
  known.set(tree, chars)
  return chars
}

/** Parses the document; the library may return several. `parseDocument` would add unused code to the bundle. */
function parse(text: string, tooDeep: (at: number) => RuleError): readonly Document.Parsed[] {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    // Duplicate keys are checked above: the library's check is quadratic.
    uniqueKeys: false,
    // Tags must not create types that no rule can contain, such as binary, sets and dates.
    resolveKnownTags: false,
  })
  return [...composer.compose(tokensOf(text, tooDeep), true, text.length)]
}

/** The parser's open tokens at the maximum nesting of a rule, including its document and the current value. */
const OPEN_TOKENS = LIMITS.ruleDepth + 3

/**
 * Tokenizes with the library and fails beyond the maximum nesting. The library composes tokens recursively: ten
 * thousand brackets would take quadratic time, and if the stack overflows while V8 compiles a regular expression, V8
 * aborts the process.
 */
function* tokensOf(text: string, tooDeep: (at: number) => RuleError): Generator<CST.Token, void> {
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    if (parser.stack.length > OPEN_TOKENS) throw tooDeep(parser.offset)
    yield* parser.next(lexeme)
  }
  yield* parser.end()
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
