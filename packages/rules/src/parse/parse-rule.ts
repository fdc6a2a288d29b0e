import type { LogSource } from '../entry.ts'
import { parseCondition } from './parse-condition.ts'
import { parseSelection } from './parse-detection.ts'
import { LEVELS, LEVEL_POINTS, REPORTED_FAMILY, type Level } from '../risk.ts'
import { RuleError } from './rule-error.ts'
import type { Condition, Rule, Selection } from './rule.ts'
import { sha256 } from '../sha256.ts'
import { readYaml, type Tree, type TreeEntry, type TreeMap } from './yaml-tree.ts'

/**
 * Reads one Sigma rule. Throws `RuleError` for the first thing that is wrong or not supported, with its place: a rule
 * that loads does all that it says.
 */
export function parseRule(text: string): Rule {
  const root = readYaml(text)
  if (root.kind !== 'map') throw new RuleError('not_a_map', root.range, 'A rule is a map of keys and values.')
  for (const kind of ['correlation', 'filter'])
    if (find(root, kind))
      throw new RuleError('document_unsupported', root.range, `A "${kind}" document is not supported yet.`)

  const hash = sha256(text)
  const id = optionalText(root, 'id') ?? hash.slice(0, 16)
  const level = parseLevel(root)
  const { points, family } = parseOwn(root)
  const detection = parseDetection(root)
  return {
    kind: 'rule',
    id,
    name: optionalText(root, 'name'),
    title: parseTitle(root),
    description: optionalText(root, 'description'),
    status: optionalText(root, 'status'),
    author: optionalText(root, 'author'),
    date: optionalText(root, 'date'),
    modified: optionalText(root, 'modified'),
    license: optionalText(root, 'license'),
    references: texts(root, 'references'),
    tags: texts(root, 'tags'),
    falsepositives: texts(root, 'falsepositives'),
    level,
    points: points ?? LEVEL_POINTS[level],
    family: family ?? id,
    logsource: parseLogSource(root),
    ...detection,
    text,
    hash,
  }
}

function find(map: TreeMap, key: string): TreeEntry | undefined {
  return map.entries.find((entry) => entry.key === key)
}

function optionalText(map: TreeMap, key: string): string | null {
  const value = find(map, key)?.value
  if (value === undefined) return null
  if (value.kind !== 'scalar') throw new RuleError('bad_metadata', value.range, `"${key}" must be a text.`)
  return value.value === null ? null : value.text
}

function texts(map: TreeMap, key: string): string[] {
  const value = find(map, key)?.value
  if (value === undefined || (value.kind === 'scalar' && value.value === null)) return []
  const items = value.kind === 'list' ? value.items : [value]
  return items.map((item) => {
    if (item.kind !== 'scalar') throw new RuleError('bad_metadata', item.range, `"${key}" must be a list of texts.`)
    return item.text
  })
}

function parseTitle(root: TreeMap): string {
  const title = optionalText(root, 'title')
  if (title === null || title.trim() === '') throw new RuleError('bad_metadata', root.range, 'A rule needs a title.')
  return title
}

function parseLevel(root: TreeMap): Level {
  const entry = find(root, 'level')
  if (entry === undefined) return 'medium'
  const level = LEVELS.find((known) => entry.value.kind === 'scalar' && known === entry.value.text)
  if (level === undefined)
    throw new RuleError('bad_metadata', entry.value.range, `"level" is one of ${LEVELS.join(', ')}.`)
  return level
}

/** `sentinelmesh: {points, family}`: what this product adds to Sigma. */
function parseOwn(root: TreeMap): { points: number | null; family: string | null } {
  const own = find(root, 'sentinelmesh')?.value
  if (own === undefined) return { points: null, family: null }
  if (own.kind !== 'map') throw new RuleError('bad_metadata', own.range, '"sentinelmesh" is a map: {points, family}.')
  let points: number | null = null
  for (const { key, keyRange, value } of own.entries) {
    if (key === 'points') {
      const number = value.kind === 'scalar' ? value.value : null
      if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > 100)
        throw new RuleError('bad_metadata', value.range, '"points" is a whole number from 0 to 100.')
      points = number
    } else if (key !== 'family')
      throw new RuleError('bad_metadata', keyRange, `"sentinelmesh" knows points and family, not "${key}".`)
  }
  const family = optionalText(own, 'family')
  if (family === '' || family === REPORTED_FAMILY)
    throw new RuleError('bad_metadata', own.range, `"${family}" cannot be the family of a rule.`)
  return { points, family }
}

const LOG_SOURCE_KEYS = ['product', 'category', 'service'] as const

function parseLogSource(root: TreeMap): LogSource {
  const value = find(root, 'logsource')?.value
  if (value === undefined) throw new RuleError('bad_logsource', root.range, 'A rule needs a "logsource".')
  if (value.kind !== 'map') throw new RuleError('bad_logsource', value.range, '"logsource" is a map.')
  const source: Partial<Record<(typeof LOG_SOURCE_KEYS)[number], string>> = {}
  for (const key of LOG_SOURCE_KEYS) {
    const text = optionalText(value, key)
    if (text !== null && text !== '') source[key] = text
  }
  if (Object.keys(source).length === 0)
    throw new RuleError('bad_logsource', value.range, '"logsource" names a product, a category or a service.')
  return source
}

function parseDetection(root: TreeMap): { selections: ReadonlyMap<string, Selection>; condition: Condition } {
  const detection = find(root, 'detection')?.value
  if (detection === undefined) throw new RuleError('bad_detection', root.range, 'A rule needs a "detection".')
  if (detection.kind !== 'map') throw new RuleError('bad_detection', detection.range, '"detection" is a map.')
  const selections = new Map<string, Selection>()
  for (const { key, value } of detection.entries) {
    // Those that the condition leaves out are read as well: a slip there is a slip.
    if (key !== 'condition' && key !== 'timeframe') selections.set(key, parseSelection(value))
  }
  if (selections.size === 0) throw new RuleError('bad_detection', detection.range, '"detection" has no selection.')
  const condition = find(detection, 'condition')?.value
  if (condition === undefined) throw new RuleError('bad_condition', detection.range, '"detection" has no "condition".')
  return { selections, condition: parseConditions(condition, [...selections.keys()]) }
}

/** A list of conditions holds where one of them does. */
function parseConditions(tree: Tree, names: readonly string[]): Condition {
  const items = tree.kind === 'list' ? tree.items : [tree]
  const parts = items.map((item) => {
    if (item.kind !== 'scalar' || typeof item.value !== 'string')
      throw new RuleError('bad_condition', item.range, 'A condition is a text.')
    return parseCondition(item.value, names, item.range)
  })
  const [only] = parts
  if (only === undefined) throw new RuleError('bad_condition', tree.range, 'The condition is empty.')
  return parts.length === 1 ? only : { kind: 'or', parts }
}
