import { foldCase } from '@sentinelmesh/text/fold-case'
import { globTokens, STAR, type GlobToken } from '../parse/values/glob.ts'
import { find } from '../parse/parse-head.ts'
import type { Part, Reading } from '../parse/reading.ts'
import type { Filter, Rule } from '../parse/rule.ts'
import type { Tree, TreeMap, TreeScalar } from '../parse/yaml/yaml-nodes.ts'
import { costlyCount } from './costly-regex.ts'
import { GAP_CHARS, unboundedGap } from './unbounded-gap.ts'
import { holdsForAll, literalOf } from './literal-regex.ts'

/** One key of a selection with its values, or its keywords. */
export interface Written {
  readonly field: string
  readonly modifiers: readonly string[]
  readonly key: Part
  /** The key, together with its value if there is only one. */
  readonly whole: Part
  readonly values: readonly TreeScalar[]
}

/** Reports keys and values of a detection or filter that are needlessly complicated, or that have no effect. */
export function lintSearches(content: Rule | Filter, root: TreeMap, reading: Reading): void {
  for (const written of searchesIn(content, root)) {
    lintRepeated(written, reading)
    if (written.modifiers.includes('re')) {
      lintRegex(written, reading)
      lintCost(written, reading)
    } else lintWildcards(written, reading)
  }
}

/** The keys of all selections of a detection or filter. */
export function searchesIn(content: Rule | Filter, root: TreeMap): readonly Written[] {
  const path = content.kind === 'rule' ? 'detection' : 'filter'
  const body = find(root, path)?.value
  if (body?.kind !== 'map') return []
  const seen = new Set<Tree>()
  return body.entries
    .filter(({ key }) => content.selections.has(key))
    .flatMap(({ key, value }) => writtenIn(value, `${path}.${key}`, seen))
}

/** Collects the keys of a selection. The target of an alias is visited only once, where it is written. */
function writtenIn(tree: Tree, path: string, seen: Set<Tree>): Written[] {
  if (tree.kind === 'scalar' || seen.has(tree)) return []
  seen.add(tree)
  if (tree.kind === 'map')
    return tree.entries.flatMap(({ key, keySpan, value }) => {
      if (seen.has(value)) return []
      seen.add(value)
      const [field = '', ...modifiers] = key.split('|')
      const part = { span: keySpan, path: `${path}.${key}` }
      // The target of an alias is elsewhere in the document.
      const single = value.kind === 'scalar' && value.start >= keySpan.end
      const whole = single ? { ...part, span: { start: keySpan.start, end: value.end } } : part
      return [{ field, modifiers, key: part, whole, values: scalarsOf(value) }]
    })
  return tree.items.flatMap((item, index) => {
    const key = { span: item, path: `${path}[${index}]` }
    if (item.kind !== 'scalar') return writtenIn(item, key.path, seen)
    return [{ field: '', modifiers: [], key, whole: key, values: [item] }]
  })
}

function scalarsOf(value: Tree): TreeScalar[] {
  const items = value.kind === 'list' ? value.items : [value]
  return items.filter((item) => item.kind === 'scalar')
}

/** Modifiers under which values that differ only in case match the same. Base64 of `IEX` and of `iex` differ. */
const IGNORING_CASE = new Set(['contains', 'startswith', 'endswith', 'all', 'neq', 'windash', 'cidr'])

/** Reports duplicate values in a list, of which one is probably a mistake. */
function lintRepeated({ modifiers, key, values }: Written, reading: Reading): void {
  const exact = modifiers.some((name) => !IGNORING_CASE.has(name))
  const seen = new Set<string>()
  for (const { text, start, end } of values) {
    const folded = exact ? text : foldCase(text)
    if (seen.has(folded))
      reading.warn(
        'repeated_value',
        { span: { start, end }, path: key.path },
        `${shown(text)} stands twice in this list${exact ? '' : ', case aside'}.`,
        'Take one of them out.',
      )
    seen.add(folded)
  }
}

function lintRegex(written: Written, reading: Reading): void {
  const { field, modifiers, key, whole, values } = written
  const rest = modifiers.filter((name) => name === 'all' || name === 'neq')
  if (values.some(({ text }) => holdsForAll(text))) {
    const mend = values.length === 1 ? write([field, ...rest].join('|'), ['*']) : null
    reading.warn('matches_anything', values.length === 1 ? whole : key, HOLDS_FOR_ALL, mend)
    return
  }
  const flags = new Set(modifiers)
  const literals = values.map(({ text }) => literalOf(text)).filter((literal) => literal !== null)
  const [first] = literals
  if (first === undefined || flags.has('m') || flags.has('multiline') || flags.has('expand')) return
  const { place, ignoresCase } = first
  const alike = literals.filter((literal) => literal.place === place && literal.ignoresCase === ignoresCase)
  // With "all" every value must match, but any one text of each value is enough.
  const several = flags.has('all') && literals.some(({ texts }) => texts.length > 1)
  if (alike.length < values.length || several) return
  const cased = !ignoresCase && !flags.has('i') && !flags.has('ignorecase')
  if (!cased && literals.some(({ texts }) => texts.some((text) => FOLDS_OTHERWISE.test(text)))) return
  const names = [place, ...(cased ? ['cased'] : []), ...rest].filter((name) => name !== 'whole')
  const texts = literals.flatMap((literal) => literal.texts.map(asValue))
  reading.warn(
    'regex_not_needed',
    whole,
    `${values.length > 1 ? 'These expressions are' : 'This expression is'} plain text; looking for text is faster and says more plainly what is meant.`,
    write([field, ...names].join('|'), texts),
  )
}

/**
 * Letters that expressions fold differently than `foldCase`: `contains: file` matches `FİLE` and `re|i: file` does not,
 * while `re|i: β` matches `ϐ` and `contains: β` does not. Includes all letters beyond ASCII, as most texts have none.
 */
const FOLDS_OTHERWISE = /i|(?!\p{ASCII})[\p{CWCM}\p{CWCF}]/iu

/** Warns about a large counted repetition after an unbounded one, which tracks as many places at once as it counts. */
function lintCost({ key, values }: Written, reading: Reading): void {
  for (const { text, start, end } of values) {
    const count = costlyCount(text)
    if (count === null) continue
    reading.warn(
      'regex_costly',
      { span: { start, end }, path: key.path },
      `A part of this expression is repeated ${count} times behind one that is repeated without end. On text made for it, it needs so much work that the match stays undecided and the rule is quarantined (limit ruleSteps).`,
      'Use a smaller count, or * or + where the count does not matter.',
    )
  }
}

/** Warns about expressions whose parts may be any distance apart, so that they match long documents by chance. */
export function lintGaps(content: Rule | Filter, root: TreeMap, reading: Reading): void {
  for (const { modifiers, key, values } of searchesIn(content, root)) {
    if (!modifiers.includes('re')) continue
    const isDotAll = modifiers.includes('s') || modifiers.includes('dotall')
    for (const { text, start, end } of values) {
      const gap = unboundedGap(text, isDotAll)
      if (gap === null) continue
      reading.warn(
        'unbounded_gap',
        { span: { start, end }, path: key.path },
        `${JSON.stringify(gap)} may match a whole document, so that parts that have nothing to do with one another count as said together.`,
        `Stay within a line with [^\\n]*?, within a sentence with [^.\\n]*?, or within ${GAP_CHARS} characters.`,
      )
    }
  }
}

const HOLDS_FOR_ALL = 'Whatever the field has matches this.'

/** Maximum number of values in a suggestion. */
const MAX_WRITTEN = 8

function write(key: string, values: readonly string[]): string {
  const quotes = values.slice(0, MAX_WRITTEN).map(inYaml)
  if (values.length > MAX_WRITTEN) quotes.push(`and ${values.length - MAX_WRITTEN} more`)
  const [only = ''] = quotes
  const written = /^[\p{L}_][^:#'"\\]*$/u.test(key) ? key : inYaml(key)
  return `Write "${written}: ${values.length === 1 ? only : `[${quotes.join(', ')}]`}".`
}

/** Escapes Sigma's wildcards, so that the text is literal. */
const asValue = (text: string) => text.replaceAll(/[*?]|\\(?=[\\*?])/g, String.raw`\$&`)

/** Quotes a value as YAML; single quotes keep backslashes literal. */
const inYaml = (value: string) => (/\p{Cc}/u.test(value) ? JSON.stringify(value) : `'${value.replaceAll("'", "''")}'`)

const shown = (text: string) => JSON.stringify(text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text)
const SHOWN_CHARS = 60

/** Reports redundant stars with `contains`, `startswith`, `endswith` and keywords, and texts that occur everywhere. */
function lintWildcards(written: Written, reading: Reading): void {
  const { field, modifiers, key, whole, values } = written
  const contains = modifiers.includes('contains') || field === ''
  const open = { start: contains || modifiers.includes('endswith'), end: contains || modifiers.includes('startswith') }
  if (modifiers.includes('fieldref') || (!open.start && !open.end)) return
  let short: TreeScalar | null = null
  for (const value of values) {
    const tokens = globTokens(value.text)
    const from = open.start ? starsOf(tokens) : 0
    const to = open.end ? starsOf(tokens.toReversed()) : 0
    const stripped = tokens.slice(from, tokens.length - to)
    if (tokens.length > 0 && stripped.length === 0) {
      const rest = modifiers.filter((name) => name === 'all' || name === 'neq')
      const mend = field !== '' && values.length === 1 ? write([field, ...rest].join('|'), ['*']) : null
      reading.warn('matches_anything', values.length === 1 ? whole : { ...key, span: value }, HOLDS_FOR_ALL, mend)
    } else if (from + to > 0)
      reading.warn(
        'wildcard_not_needed',
        { span: value, path: key.path },
        `${from > 0 && to > 0 ? 'Stars at both ends change' : `A star at the ${from > 0 ? 'beginning' : 'end'} changes`} nothing: whatever stands there is passed over as it is.`,
        `Write ${inYaml(value.text.slice(from, value.text.length - to))}.`,
      )
    const [only] = stripped
    if (contains && stripped.length === 1 && typeof only === 'string' && /^[a-z\d]$/i.test(only)) short ??= value
  }
  if (short !== null && !modifiers.includes('all'))
    reading.warn(
      'contains_too_short',
      { span: short, path: key.path },
      'Nearly every text contains a single letter or digit; a longer one says more.',
    )
}

/** The number of leading stars. */
function starsOf(tokens: readonly GlobToken[]): number {
  const first = tokens.findIndex((token) => token !== STAR)
  return first < 0 ? tokens.length : first
}
