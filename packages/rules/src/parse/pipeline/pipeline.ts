import type { LogSource } from '../../entry.ts'
import { sha256 } from '../../sha256.ts'
import { splitDocuments, START } from '../yaml/documents.ts'
import { covers, LOG_SOURCE_KEYS } from '../log-source.ts'
import { mendTo } from '../mend.ts'
import { nearest } from '@sentinelmesh/text/nearest'
import { find } from '../parse-head.ts'
import { startReading, type Reading } from '../reading.ts'
import { RuleError } from '../rule-error.ts'
import type { Pipeline, Transformation } from './transformation.ts'
import { readYaml } from '../yaml/yaml-tree.ts'
import type { Tree, TreeMap } from '../yaml/yaml-nodes.ts'

/** The result of applying a pipeline to the rules of one log source. */
export interface Mapped {
  readonly logsource: LogSource
  /** The fields that the rule's field maps to; any of them may match. */
  fields(name: string): readonly string[]
}

export function applyPipeline(pipeline: Pipeline | null | undefined, logsource: LogSource): Mapped {
  let source = logsource
  const chosen: Transformation[] = []
  for (const transformation of pipeline?.transformations ?? []) {
    if (!transformation.conditions.every((wanted) => covers(wanted, source))) continue
    if (transformation.type === 'change_logsource') source = transformation.logsource
    else chosen.push(transformation)
  }
  const known = new Map<string, readonly string[]>()
  return {
    logsource: source,
    fields(name) {
      const fields = known.get(name) ?? [...new Set(chosen.reduce(mapped, [name]))]
      known.set(name, fields)
      return fields
    },
  }
}

function mapped(names: readonly string[], transformation: Transformation): string[] {
  return names.flatMap((name) => {
    if (transformation.type === 'field_name_prefix') return [transformation.prefix + name]
    return (transformation.type === 'field_name_mapping' ? transformation.mapping.get(name) : undefined) ?? [name]
  })
}

/** Parses a pipeline. Throws `RuleError`: `bad_pipeline` if invalid, `pipeline_unsupported` if not supported. */
export function readPipeline(text: string): Pipeline {
  const [document, second] = splitDocuments(text)
  if (document === undefined) throw new RuleError('not_a_map', START, 'There is no pipeline in this text.')
  const reading = startReading(document, {})
  if (second !== undefined)
    throw reading.error(
      'several_documents',
      at({ start: second.offset, end: second.offset }, '$'),
      'One text holds one pipeline.',
    )
  const { root } = readYaml(document)
  if (root.kind !== 'map') throw reading.error('not_a_map', at(root, '$'), 'A pipeline is a map of keys and values.')
  onlyKeys(root, ['name', 'priority', 'transformations'], '', reading)
  const name = find(root, 'name')?.value
  const list = find(root, 'transformations')?.value
  if (list?.kind !== 'list' || list.items.length === 0)
    throw reading.error(
      'bad_pipeline',
      at(list ?? root, 'transformations'),
      'A pipeline needs a list of "transformations".',
    )
  return {
    name: name === undefined ? null : textOf(name, 'name', reading),
    transformations: list.items.map((item, index) => parseTransformation(item, `transformations[${index}]`, reading)),
    hash: sha256(text),
  }
}

const at = (span: Tree | { start: number; end: number }, path: string) => ({ span, path })
const TYPES = ['field_name_mapping', 'field_name_prefix', 'change_logsource']
const OWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  field_name_mapping: ['mapping'],
  field_name_prefix: ['prefix'],
  change_logsource: ['product', 'category', 'service'],
}

function parseTransformation(tree: Tree, path: string, reading: Reading): Transformation {
  const map = mapOf(tree, path, reading)
  const type = required(map, 'type', path, reading)
  const own = Object.hasOwn(OWN_KEYS, type) ? OWN_KEYS[type] : undefined
  if (own === undefined)
    throw reading.error(
      'pipeline_unsupported',
      at(find(map, 'type')?.value ?? map, `${path}.type`),
      `The transformation ${JSON.stringify(type)} is not supported; ${TYPES.join(', ')} are.`,
      mendTo(nearest(type, TYPES)),
    )
  onlyKeys(map, ['id', 'type', 'rule_conditions', ...own], `${path}.`, reading)
  const conditions = parseConditions(map, `${path}.rule_conditions`, reading)
  if (type === 'field_name_prefix') return { type, conditions, prefix: required(map, 'prefix', path, reading) }
  if (type === 'field_name_mapping') return { type, conditions, mapping: parseMapping(map, path, reading) }
  return { type: 'change_logsource', conditions, logsource: parseSource(map, path, reading) }
}

function parseMapping(map: TreeMap, path: string, reading: Reading): ReadonlyMap<string, readonly string[]> {
  const value = find(map, 'mapping')?.value
  if (value === undefined)
    throw reading.error('bad_pipeline', at(map, `${path}.mapping`), 'A mapping of fields needs a "mapping".')
  const rows = mapOf(value, `${path}.mapping`, reading).entries.map(({ key, value: to }) => {
    const place = `${path}.mapping.${key}`
    const items = to.kind === 'list' ? to.items : [to]
    if (items.length === 0)
      throw reading.error('bad_pipeline', at(to, place), 'A field is mapped to at least one field.')
    return [key, items.map((item) => textOf(item, place, reading))] as const
  })
  return new Map(rows)
}

function parseConditions(map: TreeMap, path: string, reading: Reading): LogSource[] {
  const value = find(map, 'rule_conditions')?.value
  if (value === undefined) return []
  if (value.kind !== 'list')
    throw reading.error('bad_pipeline', at(value, path), '"rule_conditions" is a list of maps.')
  return value.items.map((item, index) => {
    const place = `${path}[${index}]`
    const condition = mapOf(item, place, reading)
    const type = required(condition, 'type', place, reading)
    if (type !== 'logsource')
      throw reading.error(
        'pipeline_unsupported',
        at(find(condition, 'type')?.value ?? condition, `${place}.type`),
        `The condition ${JSON.stringify(type)} is not supported; logsource is.`,
        mendTo(nearest(type, ['logsource'])),
      )
    onlyKeys(condition, ['type', 'product', 'category', 'service'], `${place}.`, reading)
    return parseSource(condition, place, reading)
  })
}

function parseSource(map: TreeMap, path: string, reading: Reading): LogSource {
  const source: { product?: string; category?: string; service?: string } = {}
  for (const key of LOG_SOURCE_KEYS) {
    const value = find(map, key)?.value
    if (value !== undefined) source[key] = textOf(value, `${path}.${key}`, reading)
  }
  if (Object.keys(source).length === 0)
    throw reading.error('bad_pipeline', at(map, path), 'A log source names a product, a category or a service.')
  return source
}

function onlyKeys(map: TreeMap, known: readonly string[], prefix: string, reading: Reading): void {
  for (const { key, keySpan } of map.entries)
    if (!known.includes(key))
      throw reading.error(
        'pipeline_unsupported',
        at(keySpan, prefix + key),
        `${JSON.stringify(key)} is not supported here; ${known.join(', ')} are.`,
        mendTo(nearest(key, known)),
      )
}

function mapOf(tree: Tree, path: string, reading: Reading): TreeMap {
  if (tree.kind !== 'map') throw reading.error('bad_pipeline', at(tree, path), 'This must be a map.')
  return tree
}

function required(map: TreeMap, key: string, path: string, reading: Reading): string {
  const value = find(map, key)?.value
  if (value === undefined) throw reading.error('bad_pipeline', at(map, `${path}.${key}`), `Here a "${key}" is missing.`)
  return textOf(value, `${path}.${key}`, reading)
}

function textOf(tree: Tree, path: string, reading: Reading): string {
  if (tree.kind === 'scalar' && typeof tree.value === 'string' && tree.value !== '') return tree.value
  throw reading.error('bad_pipeline', at(tree, path), 'This must be a text.')
}
