import type { DocumentText } from './yaml/documents.ts'
import { parseSelections } from './parse-detection.ts'
import { find, parseHead } from './parse-head.ts'
import { NOTHING, parseCondition, parseMappedSource } from './parse-detection-rule.ts'
import type { Reading } from './reading.ts'
import type { Condition, Filter } from './rule.ts'
import type { Tree, TreeMap } from './yaml/yaml-nodes.ts'

/** Parses a filter. Findings go to the reading; if one is an error, the filter must not be used. */
export function parseFilter(root: TreeMap, { text }: DocumentText, reading: Reading): Filter {
  const head = parseHead(root, text, reading)
  const mapped = parseMappedSource(root, reading)
  const own = find(root, 'sentinelmesh')
  if (own !== undefined) {
    const part = { span: own.keySpan, path: 'sentinelmesh' }
    const message = 'A filter has no points and no family: it only holds matches back.'
    reading.keep(reading.error('bad_metadata', part, message))
  }
  const read = reading.attempt(() => {
    const filter = find(root, 'filter')?.value
    if (filter?.kind !== 'map')
      throw reading.error(
        'bad_filter',
        { span: filter ?? root, path: 'filter' },
        '"filter" is a map: rules, selections, condition.',
      )
    const rules = reading.attempt(() => parseFilteredRules(filter, reading)) ?? []
    const selections = parseSelections(filter, 'filter', ['rules', 'condition'], { reading, mapped })
    if (selections.size === 0)
      throw reading.error('empty_detection', { span: filter, path: 'filter' }, '"filter" has no selection.')
    const condition = parseCondition(filter, 'filter', selections, reading)
    const written = find(filter, 'condition')?.value
    if (!negates(condition) && written !== undefined)
      reading.warn(
        'filter_without_not',
        { span: written, path: 'filter.condition' },
        'A rule matches only where the condition of its filter holds too: this keeps what the filter describes, and drops all else.',
        condition.kind === 'selection'
          ? `Write "not ${condition.name}" to leave it out.`
          : 'Write "not" to leave it out.',
      )
    return { rules, selections, condition }
  })
  return { kind: 'filter', ...head, logsource: mapped.logsource, rules: read?.rules ?? [], ...(read ?? NOTHING) }
}

function parseFilteredRules(filter: TreeMap, reading: Reading): readonly string[] | 'any' {
  const rules = find(filter, 'rules')?.value
  const path = 'filter.rules'
  if (rules?.kind === 'scalar' && rules.value === 'any') return 'any'
  return parseReferences(rules, { span: rules ?? filter, path }, 'bad_filter', reading)
}

/** Parses ids or names of rules: one, or a list. */
export function parseReferences(
  tree: Tree | undefined,
  part: Parameters<Reading['error']>[1],
  code: 'bad_filter' | 'bad_correlation',
  reading: Reading,
): readonly string[] {
  const items = tree === undefined ? [] : tree.kind === 'list' ? tree.items : [tree]
  if (items.length === 0 || (tree?.kind === 'scalar' && tree.value === null))
    throw reading.error(code, part, '"rules" lists the ids or names of rules, at least one.')
  return items.map((item, index) => {
    if (item.kind === 'scalar' && item.value !== null && item.text !== '') return item.text
    throw reading.error(code, { span: item, path: `${part.path}[${index}]` }, 'A rule is named by its id or its name.')
  })
}

function negates(condition: Condition): boolean {
  if (condition.kind === 'not') return true
  return condition.kind !== 'selection' && condition.parts.some(negates)
}
