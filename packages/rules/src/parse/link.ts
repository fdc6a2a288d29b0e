import { sha256 } from '../sha256.ts'
import { LIMITS } from '../limits.ts'
import type { LogSource } from '../entry.ts'
import { LOG_SOURCE_KEYS } from './log-source.ts'
import { mendTo } from './mend.ts'
import { nearest } from '@sentinelmesh/text/nearest'
import { find } from './parse-head.ts'
import { applyPipeline } from './pipeline/pipeline.ts'
import { hasError, type ReadDocument } from './read-document.ts'
import { headOf, type Part } from './reading.ts'
import type { Correlation, RuleDocument } from './rule.ts'
import type { Span, TreeMap } from './yaml/yaml-nodes.ts'

/** A document and its file. Linking adds findings to its reading and resolves its references. */
export interface Draft extends Omit<ReadDocument, 'content'> {
  readonly file: string | null
  content: RuleDocument | null
}

/** A draft that has no error so far, with its content. */
interface ValidDraft<D extends RuleDocument = RuleDocument> {
  readonly draft: Draft
  readonly content: D
  readonly root: TreeMap
}

/** Resolves references between documents. Errors are reported to the reading of the document that refers. */
export function linkDocuments(drafts: readonly Draft[]): void {
  const names = indexNames(drafts)
  const correlations = [...names.sound].filter(isCorrelation)
  refuseUnresolved(correlations, names)
  refuseCycles(correlations, names)
  // A correlation that refers to one that was just refused is refused as well, transitively.
  refuseUnresolved(correlations, names)
  for (const one of correlations) if (isUsable(one)) one.draft.reading.attempt(() => resolve(one, names))
}

const isCorrelation = (one: ValidDraft): one is ValidDraft<Correlation> => one.content.kind === 'correlation'
const isUsable = ({ draft }: ValidDraft) => !hasError(draft.reading.findings)

interface Names {
  readonly sound: readonly ValidDraft[]
  /** By id and by name. */
  readonly known: ReadonlyMap<string, ValidDraft>
}

/** Indexes documents by id and name. If two share one, the second is refused. */
function indexNames(drafts: readonly Draft[]): Names {
  const known = new Map<string, ValidDraft>()
  const sound: ValidDraft[] = []
  for (const draft of drafts) {
    const { content, root, reading } = draft
    if (content === null || root === null || hasError(reading.findings)) continue
    const one: ValidDraft = { draft, content, root }
    const keys = content.name === null || content.name === content.id ? [content.id] : [content.id, content.name]
    const taken = keys.find((key) => known.has(key))
    const other = taken === undefined ? undefined : known.get(taken)
    if (taken !== undefined && other !== undefined) {
      const span = find(root, taken === content.id ? 'id' : 'name')?.value ?? headOf(root)
      reading.keep(reading.error('duplicate_id', { span, path: 'id' }, duplicateMessage(taken, draft, other)))
      continue
    }
    for (const key of keys) known.set(key, one)
    sound.push(one)
  }
  return { sound, known }
}

function duplicateMessage(key: string, draft: Draft, other: ValidDraft): string {
  const { line } = other.draft.reading.range(headOf(other.root))
  const where = other.draft.file === draft.file || other.draft.file === null ? '' : ` of ${other.draft.file}`
  return `${JSON.stringify(key)} is already the id or the name of ${JSON.stringify(other.content.title)} (line ${line}${where}).`
}

/** The span of the reference number `index` in a correlation's `rules`. */
function ruleSpan({ root }: ValidDraft, index: number): Span {
  const body = find(root, 'correlation')?.value
  const rules = body?.kind === 'map' ? find(body, 'rules')?.value : undefined
  return (rules?.kind === 'list' ? rules.items[index] : rules) ?? headOf(root)
}

const RULES_PATH = 'correlation.rules'

function refuse(
  { draft: { reading } }: ValidDraft,
  code: Parameters<typeof reading.error>[0],
  part: Part,
  message: string,
  mend?: string | null,
) {
  reading.keep(reading.error(code, part, message, mend))
}

/** Returns whether the name is that of an evaluator in code. */
const isEvaluator = ({ draft }: ValidDraft, name: string) => draft.reading.options.evaluators?.includes(name) ?? false

/** Refuses correlations with unresolved references, and then those that refer to them, transitively. */
function refuseUnresolved(correlations: readonly ValidDraft<Correlation>[], { known }: Names): void {
  const users = new Map<ValidDraft, ValidDraft<Correlation>[]>()
  const refused: ValidDraft<Correlation>[] = []
  const check = (one: ValidDraft<Correlation>) => {
    for (const [index, name] of one.content.rules.entries()) {
      const found = known.get(name)
      if (found !== undefined && found.content.kind !== 'filter' && isUsable(found)) continue
      if (found === undefined && isEvaluator(one, name)) continue
      // Finding a suggestion compares all names, which is slow, and nobody reads the thousandth.
      const near = found === undefined && refused.length < MAX_SUGGESTIONS ? nearest(name, known.keys()) : null
      refuse(
        one,
        'unknown_rule',
        { span: ruleSpan(one, index), path: `${RULES_PATH}[${index}]` },
        `${JSON.stringify(name)} is ${found === undefined ? 'no id or name of a rule that was read' : found.content.kind === 'filter' ? 'a filter' : 'a correlation that was refused'}.`,
        mendTo(near),
      )
      refused.push(one)
      return
    }
  }
  for (const one of correlations) {
    for (const name of one.content.rules) {
      const found = known.get(name)
      if (found === undefined) continue
      const others = users.get(found)
      if (others === undefined) users.set(found, [one])
      else others.push(one)
    }
    if (isUsable(one)) check(one)
  }
  for (const one of refused) for (const user of users.get(one) ?? []) if (isUsable(user)) check(user)
}

const MAX_SUGGESTIONS = 100

/** Refuses every correlation that is part of a cycle, or that refers to a chain of too many others. */
function refuseCycles(correlations: readonly ValidDraft<Correlation>[], names: Names): void {
  const heights = new Map<ValidDraft, number>()
  for (const part of connectedParts(correlations.filter(isUsable), names)) {
    const [first] = part
    if (first === undefined) continue
    const below = referred(first, names)
    const span = ruleSpan(first, 0)
    if (part.length > 1 || below.includes(first)) {
      for (const one of part)
        refuse(one, 'correlation_cycle', { span: ruleSpan(one, 0), path: RULES_PATH }, cycleMessage(part))
      continue
    }
    const height = 1 + below.reduce((most, next) => Math.max(most, heights.get(next) ?? 0), 0)
    heights.set(first, height)
    if (height <= LIMITS.correlationDepth) continue
    const message = `Correlations stand on each other more than ${LIMITS.correlationDepth} deep (correlationDepth).`
    refuse(first, 'too_large', { span, path: RULES_PATH }, message)
  }
}

function cycleMessage(part: readonly ValidDraft<Correlation>[]): string {
  const listed = part.slice(0, MAX_LISTED).map(({ content }) => JSON.stringify(content.name ?? content.id))
  const chain = [...listed, ...(part.length > MAX_LISTED ? ['…'] : []), listed[0] ?? ''].join(' → ')
  return `Correlations may not refer to each other in a circle: ${chain}.`
}
const MAX_LISTED = 5

function referred(one: ValidDraft<Correlation>, { known }: Names): ValidDraft<Correlation>[] {
  return one.content.rules
    .map((name) => known.get(name))
    .filter((found) => found !== undefined)
    .filter(isCorrelation)
}

/**
 * The strongly connected components, each after those that it refers to (Tarjan 1972). Uses an explicit stack, because
 * a chain can be as long as a file allows.
 */
function connectedParts(nodes: readonly ValidDraft<Correlation>[], names: Names): ValidDraft<Correlation>[][] {
  const parts: ValidDraft<Correlation>[][] = []
  const order = new Map<ValidDraft, number>()
  const low = new Map<ValidDraft, number>()
  const open: ValidDraft<Correlation>[] = []
  const isOpen = new Set<ValidDraft>()
  const lower = (node: ValidDraft, to: number) => low.set(node, Math.min(low.get(node) ?? to, to))
  for (const start of nodes) {
    if (order.has(start)) continue
    const calls = [visit(start)]
    for (let call = calls.at(-1); call !== undefined; call = calls.at(-1)) {
      const { node, left } = call
      const next = left.pop()
      if (next === undefined) {
        calls.pop()
        const parent = calls.at(-1)
        if (parent !== undefined) lower(parent.node, low.get(node) ?? 0)
        if (low.get(node) === order.get(node)) close(node)
      } else if (!order.has(next)) calls.push(visit(next))
      else if (isOpen.has(next)) lower(node, order.get(next) ?? 0)
    }
  }
  return parts

  function visit(node: ValidDraft<Correlation>) {
    order.set(node, order.size)
    lower(node, order.get(node) ?? 0)
    open.push(node)
    isOpen.add(node)
    return { node, left: referred(node, names) }
  }
  function close(node: ValidDraft<Correlation>) {
    const part = open.splice(open.lastIndexOf(node))
    for (const one of part) isOpen.delete(one)
    parts.push(part)
  }
}

/** Checks that aliases refer to rules of the correlation and that no rule occurs twice, and maps the fields. */
function resolve(one: ValidDraft<Correlation>, { known }: Names): void {
  const { content, draft, root } = one
  const { reading } = draft
  const rules = content.rules.map((name) => known.get(name)).filter((found) => found !== undefined)
  const fail = (path: string, message: string, span: Span = ruleSpan(one, 0)) =>
    reading.error('bad_correlation', { span, path }, message)
  const each = new Set<ValidDraft>()
  for (const [index, rule] of rules.entries()) {
    const name = JSON.stringify(content.rules[index])
    if (each.has(rule)) throw fail(RULES_PATH, `${name} stands here twice, by id and by name.`, ruleSpan(one, index))
    each.add(rule)
  }
  for (const [alias, fields] of content.aliases) {
    const meant = new Map<ValidDraft, string>()
    for (const [rule, field] of fields) {
      const found = known.get(rule)
      const isOne = found === undefined ? content.rules.includes(rule) : each.has(found)
      if (!isOne)
        throw fail(
          `correlation.aliases.${alias}.${rule}`,
          `The alias ${JSON.stringify(alias)} names ${JSON.stringify(rule)}, which is none of the rules of this correlation.`,
          find(root, 'correlation')?.keySpan,
        )
      if (found === undefined) continue
      if ((meant.get(found) ?? field) !== field)
        throw fail(
          `correlation.aliases.${alias}.${rule}`,
          `The alias ${JSON.stringify(alias)} means two fields of ${JSON.stringify(rule)}, by its id and by its name.`,
          find(root, 'correlation')?.keySpan,
        )
      meant.set(found, field)
    }
  }
  const { pipeline } = reading.options
  if (!pipeline) return
  const fieldOf = (name: string, of: readonly ValidDraft[]): string => {
    const mapped = new Set(of.flatMap(({ draft }) => applyPipeline(pipeline, sourceOf(draft)).fields(name)))
    const [only] = mapped
    if (mapped.size === 1 && only !== undefined) return only
    throw fail(
      'correlation.group-by',
      `The pipeline makes several fields of ${JSON.stringify(name)}; give it an alias for each rule.`,
    )
  }
  const detections = rules.filter(({ content: { kind } }) => kind === 'rule')
  const all = (names: readonly string[]) =>
    names.map((name) => (content.aliases.has(name) || detections.length === 0 ? name : fieldOf(name, detections)))
  const aliases = [...content.aliases].map(([alias, fields]) => {
    const rows = [...fields].map(([rule, field]) => {
      const found = known.get(rule)
      return [rule, found?.content.kind === 'rule' ? fieldOf(field, [found]) : field] as const
    })
    return [alias, new Map(rows)] as const
  })
  draft.content = {
    ...content,
    groupBy: all(content.groupBy),
    fields: all(content.fields),
    aliases: new Map(aliases),
    hash: sha256(`${content.hash}\0${pipeline.hash}`),
  }
}

/** The log source that the document declares, before the pipeline. */
function sourceOf({ root }: Draft): LogSource {
  const map = root === null ? undefined : find(root, 'logsource')?.value
  const source: { product?: string; category?: string; service?: string } = {}
  for (const key of LOG_SOURCE_KEYS) {
    const value = map?.kind === 'map' ? find(map, key)?.value : undefined
    if (value?.kind === 'scalar' && typeof value.value === 'string' && value.value !== '') source[key] = value.value
  }
  return source
}
