import { LIMITS } from '../limits.ts'
import { sha256 } from '../sha256.ts'
import type { DocumentText } from './yaml/documents.ts'
import { parseCorrelation } from './parse-correlation.ts'
import { parseFilter } from './parse-filter.ts'
import { find } from './parse-head.ts'
import { parseDetectionRule } from './parse-detection-rule.ts'
import { startReading, type Finding, type Reading, type ReadOptions } from './reading.ts'
import { RuleError } from './rule-error.ts'
import type { RuleDocument } from './rule.ts'
import { charsOf, readYaml, sizeOf } from './yaml/yaml-tree.ts'
import type { TreeMap } from './yaml/yaml-nodes.ts'

/** One parsed document. References to other documents are not resolved yet. */
export interface ReadDocument {
  /** Null if the document could not be parsed at all. Not usable if the findings contain an error. */
  readonly content: RuleDocument | null
  readonly root: TreeMap | null
  readonly reading: Reading
}

export const hasError = (findings: readonly Finding[]) => findings.some(({ severity }) => severity === 'error')

/** Parses one document. Never throws; errors are in the findings. */
export function readDocument(document: DocumentText, options: ReadOptions): ReadDocument {
  const reading = startReading(document, options)
  const root = reading.attempt(() => readMap(document, reading))
  const content = root && untilFull(() => reading.attempt(() => parseContent(root, document, reading)))
  if (content === null || reading.applied.length === 0) return { content, root, reading }
  // The hash includes the applied options: the same text with other placeholders is a different rule.
  return {
    content: { ...content, hash: sha256([content.text, ...new Set(reading.applied)].join('\0')) },
    root,
    reading,
  }
}

/** Null if the reading stopped because it found too many errors. */
function untilFull<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof RuleError) return null
    throw error
  }
}

function readMap(document: DocumentText, reading: Reading): TreeMap {
  const { root, aliased } = readYaml(document)
  if (root.kind !== 'map')
    throw reading.error('not_a_map', { span: root, path: '$' }, 'A rule is a map of keys and values.')
  if (!aliased) return root
  // Keys that are not read have no size limit, because their aliases are never followed.
  for (const { key, value } of root.entries)
    if (READ_KEYS.has(key) && sizeOf(value) > LIMITS.yamlNodes)
      throw reading.error(
        'too_large',
        { span: value, path: key },
        `With its aliases followed this has more than ${LIMITS.yamlNodes} values (yamlNodes).`,
      )
  const about = root.entries.filter(({ key }) => SHOWN_KEYS.has(key))
  if (about.reduce((sum, { value }) => sum + charsOf(value), 0) > LIMITS.ruleChars)
    throw reading.error(
      'too_large',
      { span: root, path: '$' },
      `With its aliases followed, what the document says of itself has more than ${LIMITS.ruleChars} characters (ruleChars).`,
    )
  return root
}

/** Keys whose full text the rule lists and rule details show. */
const SHOWN_KEYS = new Set([
  'id',
  'title',
  'name',
  'description',
  'status',
  'author',
  'date',
  'modified',
  'license',
  'references',
  'tags',
  'falsepositives',
  'level',
  'logsource',
  'sentinelmesh',
])

const READ_KEYS = new Set([
  'detection',
  'correlation',
  'filter',
  'references',
  'tags',
  'falsepositives',
  'fields',
  'scope',
  'related',
  'logsource',
  'sentinelmesh',
])

/** Sigma 1 collection documents, which contribute to the documents after them. Any other `action` is a custom key. */
const COLLECTION_ACTIONS = new Set(['global', 'reset', 'repeat'])

function parseContent(root: TreeMap, document: DocumentText, reading: Reading): RuleDocument {
  const action = find(root, 'action')
  if (action?.value.kind === 'scalar' && COLLECTION_ACTIONS.has(action.value.text))
    throw reading.error(
      'document_unsupported',
      { span: action.keySpan, path: 'action' },
      'Collections with "action" are no longer part of Sigma: write each rule in full.',
    )
  const kinds = ['correlation', 'filter', 'detection'].filter((kind) => find(root, kind) !== undefined)
  if (kinds.length > 1) {
    const span = find(root, kinds[0] ?? '')?.keySpan ?? root
    throw reading.error(
      kinds[0] === 'correlation' ? 'bad_correlation' : 'bad_filter',
      { span, path: kinds[0] ?? '$' },
      `A document is a rule, a correlation or a filter; this one has ${kinds.join(' and ')}. Part them with "---".`,
    )
  }
  if (kinds[0] === 'correlation') return parseCorrelation(root, document, reading)
  if (kinds[0] === 'filter') return parseFilter(root, document, reading)
  return parseDetectionRule(root, document, reading)
}
