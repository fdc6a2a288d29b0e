import { globTokens, STAR } from '../parse/glob.ts'
import { find } from '../parse/parse-head.ts'
import type { Part, Reading } from '../parse/reading.ts'
import type { Filter, Rule } from '../parse/rule.ts'
import type { Span, Tree, TreeMap, TreeScalar } from '../parse/yaml-tree.ts'
import { literalOf, type LiteralRegex } from './literal-regex.ts'

/** One key of a selection with its values, or its keywords. */
interface Written {
  readonly field: string
  readonly modifiers: readonly string[]
  readonly key: Part
  readonly values: readonly TreeScalar[]
}

/** What single keys and values of a detection or a filter say in a roundabout way, or cannot say at all. */
export function lintSearches(content: Rule | Filter, root: TreeMap, reading: Reading): void {
  const path = content.kind === 'rule' ? 'detection' : 'filter'
  const body = find(root, path)?.value
  if (body?.kind !== 'map') return
  for (const { key, value } of body.entries) {
    if (!content.selections.has(key)) continue
    for (const written of writtenIn(value, `${path}.${key}`)) {
      lintField(written, content, reading)
      if (written.modifiers.includes('re')) lintRegex(written, reading)
      else lintWildcards(written, reading)
    }
  }
}

function writtenIn(tree: Tree, path: string): Written[] {
  if (tree.kind === 'map')
    return tree.entries.map(({ key, keySpan, value }) => {
      const [field = '', ...modifiers] = key.split('|')
      return { field, modifiers, key: { span: keySpan, path: `${path}.${key}` }, values: scalarsOf(value) }
    })
  if (tree.kind === 'scalar') return []
  return tree.items.flatMap((item, index) =>
    item.kind === 'scalar'
      ? [{ field: '', modifiers: [], key: { span: item, path: `${path}[${index}]` }, values: [item] }]
      : writtenIn(item, `${path}[${index}]`),
  )
}

function scalarsOf(value: Tree): TreeScalar[] {
  const items = value.kind === 'list' ? value.items : [value]
  return items.filter((item) => item.kind === 'scalar')
}

/** Fields of Sysmon's events about processes that no agent can report of a command that it runs. */
const NOT_REPORTED = new Set(['Hashes', 'IntegrityLevel', 'LogonId', 'ProcessId'])

function lintField({ field, key }: Written, { logsource }: Rule | Filter, reading: Reading): void {
  if (logsource.category === 'process_creation' && NOT_REPORTED.has(field))
    reading.warn(
      'field_unavailable',
      key,
      `An agent cannot report ${field} of the commands it runs: this holds for no entry of an agent.`,
    )
}

function lintRegex({ field, modifiers, key, values }: Written, reading: Reading): void {
  const flags = new Set(modifiers)
  const literals = values.map(({ text }) => literalOf(text))
  const [first] = literals
  const same = literals.filter((literal) => literal !== null && literal.place === first?.place)
  if (!first || same.length < literals.length || flags.has('m') || flags.has('multiline') || flags.has('expand')) return
  const ignoresCase = flags.has('i') || flags.has('ignorecase')
  const rest = modifiers.filter((name) => name === 'all' || name === 'neq')
  const names = [first.place, ...(ignoresCase ? [] : ['cased']), ...rest].filter((name) => name !== 'whole')
  const instead = [field, ...names].join('|')
  const only = literals.length === 1 ? `: ${quoted(first)}` : ''
  reading.warn(
    'regex_not_needed',
    key,
    `${literals.length === 1 ? 'This expression is plain text' : 'These expressions are plain text'}; looking for text is faster and says more plainly what is meant.`,
    `Write "${instead}${only}".`,
  )
}

/** As a value of Sigma in YAML. */
function quoted({ text }: LiteralRegex): string {
  return `'${text.replaceAll(/[*?]|\\(?=[\\*?])/g, String.raw`\$&`).replaceAll("'", "''")}'`
}

/** Stars that add nothing to `contains`, `startswith`, `endswith` and keywords, and texts that are everywhere. */
function lintWildcards(written: Written, reading: Reading): void {
  const { field, modifiers, key, values } = written
  const contains = modifiers.includes('contains') || field === ''
  const open = { start: contains || modifiers.includes('endswith'), end: contains || modifiers.includes('startswith') }
  if (modifiers.includes('fieldref') || (!open.start && !open.end)) return
  let short: Span | null = null
  for (const value of values) {
    const tokens = globTokens(value.text)
    const from = open.start && tokens[0] === STAR ? 1 : 0
    const to = open.end && tokens.length > from && tokens.at(-1) === STAR ? 1 : 0
    const stripped = tokens.slice(from, tokens.length - to)
    if (from + to > 0 && stripped.length > 0)
      reading.warn(
        'wildcard_not_needed',
        { span: value, path: key.path },
        'A star at this end changes nothing.',
        `Write ${JSON.stringify(value.text.slice(from, value.text.length - to))}.`,
      )
    const [only] = stripped
    if (contains && stripped.length === 1 && typeof only === 'string' && only.length === 1 && only < '\u0080')
      short ??= value
  }
  if (short !== null && !modifiers.includes('all'))
    reading.warn(
      'contains_too_short',
      { span: short, path: key.path },
      'Nearly every text contains a single character; a longer one says more.',
    )
}
