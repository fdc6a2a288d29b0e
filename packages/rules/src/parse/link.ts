import { sha256 } from '../sha256.ts'
import { LIMITS } from '../limits.ts'
import type { LogSource } from '../entry.ts'
import { LOG_SOURCE_KEYS } from './log-source.ts'
import { mendTo } from './mend.ts'
import { nearest } from '@sentinelmesh/text/nearest'
import { find } from './parse-head.ts'
import { applyPipeline } from './pipeline.ts'
import { hasError, type ReadDocument } from './read-document.ts'
import { headOf, type Part } from './reading.ts'
import type { Correlation, RuleDocument } from './rule.ts'
import type { Span, TreeMap } from './yaml-nodes.ts'

/** A document and where it came from. Linking adds to the findings of its reading, and resolves what it refers to. */
export interface Draft extends Omit<ReadDocument, 'content'> {
  readonly file: string | null
  content: RuleDocument | null
}

/** A draft without an error so far, with what it is. */
interface Sound<D extends RuleDocument = RuleDocument> {
  readonly draft: Draft
  readonly content: D
  readonly root: TreeMap
}

/** Looks up what documents say of each other. What is wrong is told to the reading of the document that says it. */
export function linkDocuments(drafts: readonly Draft[]): void {
  const names = nameAll(drafts)
  const correlations = [...names.sound].filter(isCorrelation)
  refuseLost(correlations, names)
  refuseCycles(correlations, names)
  // Who refers to a correlation that was refused just now is refused as well, and so on.
  refuseLost(correlations, names)
  for (const one of correlations) if (isSound(one)) one.draft.reading.attempt(() => resolve(one, names))
}

const isCorrelation = (one: Sound): one is Sound<Correlation> => one.content.kind === 'correlation'
const isSound = ({ draft }: Sound) => !hasError(draft.reading.findings)

interface Names {
  readonly sound: readonly Sound[]
  /** By id and by name. */
  readonly known: ReadonlyMap<string, Sound>
}

/** Of two documents with one id or name the second is refused. */
function nameAll(drafts: readonly Draft[]): Names {
  const known = new Map<string, Sound>()
  const sound: Sound[] = []
  for (const draft of drafts) {
    const { content, root, reading } = draft
    if (content === null || root === null || hasError(reading.findings)) continue
    const one: Sound = { draft, content, root }
    const keys = content.name === null || content.name === content.id ? [content.id] : [content.id, content.name]
    const taken = keys.find((key) => known.has(key))
    const other = taken === undefined ? undefined : known.get(taken)
    if (taken !== undefined && other !== undefined) {
      const span = find(root, taken === content.id ? 'id' : 'name')?.value ?? headOf(root)
      reading.keep(reading.error('duplicate_id', { span, path: 'id' }, twice(taken, draft, other)))
      continue
    }
    for (const key of keys) known.set(key, one)
    sound.push(one)
  }
  return { sound, known }
}

function twice(key: string, draft: Draft, other: Sound): string {
  const { line } = other.draft.reading.range(headOf(other.root))
  const where = other.draft.file === draft.file || other.draft.file === null ? '' : ` of ${other.draft.file}`
  return `${JSON.stringify(key)} is already the id or the name of ${JSON.stringify(other.content.title)} (line ${line}${where}).`
}

/** Where rule number `index` of a correlation stands. */
function ruleSpan({ root }: Sound, index: number): Span {
  const body = find(root, 'correlation')?.value
  const rules = body?.kind === 'map' ? find(body, 'rules')?.value : undefined
  return (rules?.kind === 'list' ? rules.items[index] : rules) ?? headOf(root)
}

const RULES_PATH = 'correlation.rules'

function refuse(
  { draft: { reading } }: Sound,
  code: Parameters<typeof reading.error>[0],
  part: Part,
  message: string,
  mend?: string | null,
) {
  reading.keep(reading.error(code, part, message, mend))
}

/** Whether the name is that of an evaluator which the program has beside the documents. */
const isEvaluator = ({ draft }: Sound, name: string) => draft.reading.options.evaluators?.includes(name) ?? false

/** Refuses those that name what is not there, again and again until all that is named is there. */
function refuseLost(correlations: readonly Sound<Correlation>[], { known }: Names): void {
  const users = new Map<Sound, Sound<Correlation>[]>()
  const lost: Sound<Correlation>[] = []
  const check = (one: Sound<Correlation>) => {
    for (const [index, name] of one.content.rules.entries()) {
      const found = known.get(name)
      if (found !== undefined && found.content.kind !== 'filter' && isSound(found)) continue
      if (found === undefined && isEvaluator(one, name)) continue
      // Each look at all names takes its time, and nobody reads the thousandth.
      const near = found === undefined && lost.length < MOST_MENDS ? nearest(name, known.keys()) : null
      refuse(
        one,
        'unknown_rule',
        { span: ruleSpan(one, index), path: `${RULES_PATH}[${index}]` },
        `${JSON.stringify(name)} is ${found === undefined ? 'no id or name of a rule that was read' : found.content.kind === 'filter' ? 'a filter' : 'a correlation that was refused'}.`,
        mendTo(near),
      )
      lost.push(one)
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
    if (isSound(one)) check(one)
  }
  for (const one of lost) for (const user of users.get(one) ?? []) if (isSound(user)) check(user)
}

const MOST_MENDS = 100

/** Refuses every correlation that comes back to itself, or stands on a chain of too many others. */
function refuseCycles(correlations: readonly Sound<Correlation>[], names: Names): void {
  const heights = new Map<Sound, number>()
  for (const part of connectedParts(correlations.filter(isSound), names)) {
    const [first] = part
    if (first === undefined) continue
    const below = referred(first, names)
    const span = ruleSpan(first, 0)
    if (part.length > 1 || below.includes(first)) {
      for (const one of part)
        refuse(one, 'correlation_cycle', { span: ruleSpan(one, 0), path: RULES_PATH }, circle(part))
      continue
    }
    const height = 1 + below.reduce((most, next) => Math.max(most, heights.get(next) ?? 0), 0)
    heights.set(first, height)
    if (height <= LIMITS.correlationDepth) continue
    const message = `Correlations stand on each other more than ${LIMITS.correlationDepth} deep (correlationDepth).`
    refuse(first, 'too_large', { span, path: RULES_PATH }, message)
  }
}

function circle(part: readonly Sound<Correlation>[]): string {
  const listed = part.slice(0, MOST_LISTED).map(({ content }) => JSON.stringify(content.name ?? content.id))
  const chain = [...listed, ...(part.length > MOST_LISTED ? ['…'] : []), listed[0] ?? ''].join(' → ')
  return `Correlations may not refer to each other in a circle: ${chain}.`
}
const MOST_LISTED = 5

function referred(one: Sound<Correlation>, { known }: Names): Sound<Correlation>[] {
  return one.content.rules
    .map((name) => known.get(name))
    .filter((found) => found !== undefined)
    .filter(isCorrelation)
}

/**
 * The strongly connected parts, each after those that it refers to. Tarjan 1972, with a stack of its own: a chain may be
 * as long as a file allows.
 */
function connectedParts(nodes: readonly Sound<Correlation>[], names: Names): Sound<Correlation>[][] {
  const parts: Sound<Correlation>[][] = []
  const order = new Map<Sound, number>()
  const low = new Map<Sound, number>()
  const open: Sound<Correlation>[] = []
  const isOpen = new Set<Sound>()
  const lower = (node: Sound, to: number) => low.set(node, Math.min(low.get(node) ?? to, to))
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

  function visit(node: Sound<Correlation>) {
    order.set(node, order.size)
    lower(node, order.get(node) ?? 0)
    open.push(node)
    isOpen.add(node)
    return { node, left: referred(node, names) }
  }
  function close(node: Sound<Correlation>) {
    const part = open.splice(open.lastIndexOf(node))
    for (const one of part) isOpen.delete(one)
    parts.push(part)
  }
}

/** Aliases name rules of the correlation; two references are two rules; fields are those of the pipeline. */
function resolve(one: Sound<Correlation>, { known }: Names): void {
  const { content, draft, root } = one
  const { reading } = draft
  const rules = content.rules.map((name) => known.get(name)).filter((found) => found !== undefined)
  const fail = (path: string, message: string, span: Span = ruleSpan(one, 0)) =>
    reading.error('bad_correlation', { span, path }, message)
  const each = new Set<Sound>()
  for (const [index, rule] of rules.entries()) {
    const name = JSON.stringify(content.rules[index])
    if (each.has(rule)) throw fail(RULES_PATH, `${name} stands here twice, by id and by name.`, ruleSpan(one, index))
    each.add(rule)
  }
  for (const [alias, fields] of content.aliases) {
    const meant = new Map<Sound, string>()
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
  const fieldOf = (name: string, of: readonly Sound[]): string => {
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

/** As the document has it, before the pipeline. */
function sourceOf({ root }: Draft): LogSource {
  const map = root === null ? undefined : find(root, 'logsource')?.value
  const source: { product?: string; category?: string; service?: string } = {}
  for (const key of LOG_SOURCE_KEYS) {
    const value = map?.kind === 'map' ? find(map, key)?.value : undefined
    if (value?.kind === 'scalar' && typeof value.value === 'string' && value.value !== '') source[key] = value.value
  }
  return source
}
