import type { DocumentText } from './yaml/documents.ts'
import { mendTo } from './mend.ts'
import { nearest } from '@sentinelmesh/text/nearest'
import { numberOf } from './values/decimal.ts'
import { parseReferences } from './parse-filter.ts'
import { find, parseHead, parseWeight } from './parse-head.ts'
import type { Reading } from './reading.ts'
import { CORRELATION_TYPES, type Correlation, type CorrelationOperator, type CorrelationType } from './rule.ts'
import type { Span, Tree, TreeMap, TreeScalar } from './yaml/yaml-nodes.ts'

/**
 * Parses a correlation without resolving the rules that it names. Findings go to the reading; if one is an error, the
 * correlation must not be used.
 */
export function parseCorrelation(root: TreeMap, { text }: DocumentText, reading: Reading): Correlation {
  const head = parseHead(root, text, reading)
  const weight = parseWeight(root, head.id, reading)
  const what = reading.attempt(() => {
    const map = find(root, 'correlation')?.value
    if (map?.kind !== 'map')
      throw bad(reading, map ?? root, 'correlation', '"correlation" is a map: type, rules, timespan, condition.')
    return parseBody(root, map, reading)
  })
  return { kind: 'correlation', ...head, ...weight, ...(what ?? NOTHING) }
}

type Body = Omit<Correlation, 'kind' | keyof ReturnType<typeof parseHead> | keyof ReturnType<typeof parseWeight>>
const NOTHING: Body = {
  type: 'event_count',
  rules: [],
  groupBy: [],
  aliases: new Map(),
  timespanMs: 0,
  condition: null,
  fields: [],
  percentile: null,
  generate: false,
}

const KEYS = ['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate']

const bad = (reading: Reading, span: Span, path: string, message: string, mend: string | null = null) =>
  reading.error('bad_correlation', { span, path }, message, mend)

function parseBody(root: TreeMap, map: TreeMap, reading: Reading): Body {
  for (const { key, keySpan } of map.entries)
    reading.attempt(() => {
      if (!KEYS.includes(key))
        throw bad(
          reading,
          keySpan,
          `correlation.${key}`,
          `A correlation has no ${JSON.stringify(key)}; it has ${KEYS.join(', ')}.`,
          mendTo(nearest(key, KEYS)),
        )
    })
  const type = reading.attempt(() => parseType(map, reading))
  const condition = type && reading.attempt(() => parseThresholds(map, type, reading))
  return {
    type: type ?? 'event_count',
    rules: reading.attempt(() => parseRules(map, reading)) ?? [],
    groupBy: reading.attempt(() => parseGroupBy(map, reading)) ?? [],
    aliases: reading.attempt(() => parseAliases(map, reading)) ?? new Map(),
    timespanMs: reading.attempt(() => parseTimespan(map, reading)) ?? 0,
    ...(condition ?? NO_THRESHOLDS),
    generate: reading.attempt(() => parseGenerate(root, map, reading)) ?? false,
  }
}

function parseType(map: TreeMap, reading: Reading): CorrelationType {
  const value = find(map, 'type')?.value
  const type = CORRELATION_TYPES.find((known) => value?.kind === 'scalar' && known === value.value)
  if (type !== undefined) return type
  const written = value?.kind === 'scalar' ? value.text : ''
  throw bad(
    reading,
    value ?? map,
    'correlation.type',
    `A correlation needs a "type": ${CORRELATION_TYPES.join(', ')}.`,
    written === 'value_median' ? MEDIAN : mendTo(nearest(written, CORRELATION_TYPES)),
  )
}

/** The suggestion for correlation types with which other tools express a median. */
const MEDIAN = 'Write "value_percentile", with "percentile: 50" in its condition.'

function parseRules(map: TreeMap, reading: Reading): readonly string[] {
  const value = find(map, 'rules')?.value
  const part = { span: value ?? map, path: 'correlation.rules' }
  const rules = parseReferences(value, part, 'bad_correlation', reading)
  const seen = new Set<string>()
  for (const rule of rules) {
    if (seen.has(rule)) throw bad(reading, part.span, part.path, `The rule ${JSON.stringify(rule)} stands here twice.`)
    seen.add(rule)
  }
  return rules
}

function parseGroupBy(map: TreeMap, reading: Reading): readonly string[] {
  const value = find(map, 'group-by')?.value
  if (value === undefined || isNull(value)) return []
  return fieldNames(value, 'correlation.group-by', reading)
}

const isNull = (tree: Tree) => tree.kind === 'scalar' && tree.value === null

/** Parses one field or a list of distinct fields. */
function fieldNames(tree: Tree, path: string, reading: Reading): readonly string[] {
  const items = tree.kind === 'list' ? tree.items : [tree]
  const names = items.map((item, index) => {
    if (isText(item)) return item.text
    throw bad(reading, item, tree.kind === 'list' ? `${path}[${index}]` : path, 'A field is named by a text.')
  })
  return [...new Set(names)]
}

const isText = (tree: Tree): tree is TreeScalar => tree.kind === 'scalar' && tree.value !== null && tree.text !== ''

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function parseTimespan(map: TreeMap, reading: Reading): number {
  const value = find(map, 'timespan')?.value
  const text = value?.kind === 'scalar' ? value.text : ''
  const [, number = '', unit = ''] = /^([1-9]\d*)([smhd])$/.exec(text) ?? []
  const ms = Number(number) * (UNIT_MS[unit] ?? 0)
  if (ms > 0 && Number.isSafeInteger(ms)) return ms
  throw reading.error(
    'bad_timespan',
    { span: value ?? map, path: 'correlation.timespan' },
    ms > 0
      ? `A "timespan" has at most ${MAX_DAYS} days.`
      : 'A correlation needs a "timespan": a whole number above 0 and one of s, m, h and d, such as 5m.',
    ms > 0 ? null : mendTo(meantTimespan(text)),
  )
}

/** The longest time span whose milliseconds are safe integers. */
const MAX_DAYS = Math.floor(Number.MAX_SAFE_INTEGER / 86_400_000)

/** Suggests a time span if only the form is wrong. Null for `M`, which can mean months or minutes. */
function meantTimespan(text: string): string | null {
  const [, hours, minutes] = /^(\d{1,4})h(\d{1,4})m?$/i.exec(text) ?? []
  if (hours !== undefined) return `${60 * Number(hours) + Number(minutes)}m`
  const [, number = '', unit = ''] = /^0*([1-9]\d{0,8}) *([smhdwSHDW])$/.exec(text) ?? []
  if (number === '') return null
  return unit.toLowerCase() === 'w' ? `${7 * Number(number)}d` : `${number}${unit.toLowerCase()}`
}

interface Thresholds {
  readonly condition: Correlation['condition']
  readonly fields: readonly string[]
  readonly percentile: number | null
}
const NO_THRESHOLDS: Thresholds = { condition: null, fields: [], percentile: null }
const OPERATORS: readonly CorrelationOperator[] = ['eq', 'neq', 'lt', 'lte', 'gt', 'gte']

function parseThresholds(map: TreeMap, type: CorrelationType, reading: Reading): Thresholds {
  const tree = find(map, 'condition')?.value
  const path = 'correlation.condition'
  const isTemporal = type.startsWith('temporal')
  if (isTemporal && (tree === undefined || isNull(tree))) return NO_THRESHOLDS
  if (tree?.kind !== 'map')
    throw bad(
      reading,
      tree ?? map,
      path,
      isTemporal
        ? `The condition of ${type} is a map that counts its rules, such as {gte: 2}; without one all of them must be seen.`
        : `A correlation of type ${type} needs a "condition": a map such as {gte: 10}.`,
    )
  const condition: { operator: CorrelationOperator; number: number }[] = []
  let fields: readonly string[] = []
  let percentile: number | null = null
  for (const { key, keySpan, value } of tree.entries) {
    const place = `${path}.${key}`
    const operator = OPERATORS.find((known) => known === key)
    if (operator !== undefined) condition.push({ operator, number: numberIn(value, place, reading) })
    else if (!keysOf(type).includes(key))
      throw bad(
        reading,
        keySpan,
        place,
        `The condition of ${type} has no ${JSON.stringify(key)}; it has ${keysOf(type).join(', ')}.`,
        mendTo(nearest(key, keysOf(type))),
      )
    else if (key === 'field') fields = fieldNames(value, place, reading)
    else percentile = numberIn(value, place, reading)
  }
  if (percentile !== null && (percentile < 0 || percentile > 100))
    throw bad(reading, find(tree, 'percentile')?.value ?? tree, `${path}.percentile`, 'A percentile is from 0 to 100.')
  if (type.startsWith('value_') && fields.length === 0)
    throw bad(reading, tree, `${path}.field`, `${type} needs the "field" of which it looks at the values.`)
  if (fields.length > 1 && type !== 'value_count')
    throw bad(reading, tree, `${path}.field`, `${type} takes one field; only value_count takes several.`)
  if (condition.length === 0)
    throw bad(reading, tree, path, `The condition compares with ${OPERATORS.join(', ')}, at least one of them.`)
  return { condition, fields, percentile }
}

function keysOf(type: CorrelationType): readonly string[] {
  if (!type.startsWith('value_')) return OPERATORS
  return type === 'value_percentile' ? [...OPERATORS, 'field', 'percentile'] : [...OPERATORS, 'field']
}

function numberIn(tree: Tree, path: string, reading: Reading): number {
  const value = tree.kind === 'scalar' ? tree.value : null
  const number = typeof value === 'string' ? numberOf(value) : typeof value === 'number' ? value : null
  if (number === null || !Number.isFinite(number)) throw bad(reading, tree, path, 'This must be a number.')
  return number
}

function parseAliases(map: TreeMap, reading: Reading): Correlation['aliases'] {
  const tree = find(map, 'aliases')?.value
  const path = 'correlation.aliases'
  if (tree === undefined || isNull(tree)) return new Map()
  const shape = 'Aliases are a map: alias: {rule: field}.'
  if (tree.kind !== 'map') throw bad(reading, tree, path, shape)
  const aliases = tree.entries.map(({ key: alias, value }) => {
    if (value.kind !== 'map') throw bad(reading, value, `${path}.${alias}`, shape)
    const fields = value.entries.map(({ key: rule, value: field }) => {
      if (!isText(field)) throw bad(reading, field, `${path}.${alias}.${rule}`, 'A field is named by a text.')
      return [rule, field.text] as const
    })
    return [alias, new Map(fields)] as const
  })
  return new Map(aliases)
}

/** The specification has `generate` at the top level, pySigma has it within `correlation`. Both are accepted. */
function parseGenerate(root: TreeMap, map: TreeMap, reading: Reading): boolean {
  let generate = false
  for (const [where, prefix] of [
    [root, ''],
    [map, 'correlation.'],
  ] as const) {
    const value = find(where, 'generate')?.value
    if (value === undefined) continue
    if (value.kind !== 'scalar' || typeof value.value !== 'boolean')
      throw bad(reading, value, `${prefix}generate`, '"generate" is true or false.')
    generate ||= value.value
  }
  return generate
}
