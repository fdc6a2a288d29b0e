import type { DocumentText } from './yaml/documents.ts'
import { parseSelections, type DetectionContext } from './parse-detection.ts'
import { parseConditions } from './parse-condition.ts'
import { find, parseHead, parseLogSource, parseWeight } from './parse-head.ts'
import { applyPipeline, type Mapped } from './pipeline/pipeline.ts'
import { headOf, type Reading } from './reading.ts'
import type { Condition, Rule, Selection } from './rule.ts'
import type { TreeMap } from './yaml/yaml-nodes.ts'

/** Parses a detection rule. Findings go to the reading; if one is an error, the rule must not be used. */
export function parseDetectionRule(root: TreeMap, { text }: DocumentText, reading: Reading): Rule {
  const head = parseHead(root, text, reading)
  const weight = parseWeight(root, head.id, reading)
  const mapped = parseMappedSource(root, reading)
  const detection = reading.attempt(() => parseDetection(root, { reading, mapped }))
  return { kind: 'rule', ...head, ...weight, logsource: mapped.logsource, ...(detection ?? NOTHING) }
}

/** Parses the log source and applies the pipeline to it and to the fields. */
export function parseMappedSource(root: TreeMap, reading: Reading): Mapped {
  const written = reading.attempt(() => parseLogSource(root, reading)) ?? {}
  const { pipeline } = reading.options
  if (pipeline) reading.applied.push(pipeline.hash)
  return applyPipeline(pipeline, written)
}

interface Detection {
  readonly selections: ReadonlyMap<string, Selection>
  readonly condition: Condition
}
/** Placeholder detection of a document that is refused. */
export const NOTHING: Detection = { selections: new Map(), condition: { kind: 'or', parts: [] } }

function parseDetection(root: TreeMap, context: DetectionContext): Detection {
  const { reading } = context
  const detection = find(root, 'detection')?.value
  if (detection === undefined)
    throw reading.error(
      'missing_detection',
      { span: headOf(root), path: 'detection' },
      'A rule needs a "detection" with selections and a condition.',
    )
  const part = { span: detection, path: 'detection' }
  if (detection.kind !== 'map') throw reading.error('bad_detection', part, '"detection" is a map of selections.')
  const timeframe = find(detection, 'timeframe')
  if (timeframe !== undefined)
    reading.warn(
      'timeframe_ignored',
      { span: timeframe.keySpan, path: 'detection.timeframe' },
      'A "timeframe" means nothing without an aggregation; a correlation has a "timespan".',
    )
  const selections = parseSelections(detection, 'detection', ['condition', 'timeframe'], context)
  if (selections.size === 0) throw reading.error('empty_detection', part, '"detection" has no selection.')
  return { selections, condition: parseCondition(detection, 'detection', selections, reading) }
}

/** Parses the `condition` of a `detection` or a `filter`. */
export function parseCondition(
  map: TreeMap,
  path: string,
  selections: ReadonlyMap<string, Selection>,
  reading: Reading,
): Condition {
  const condition = find(map, 'condition')?.value
  if (condition === undefined)
    throw reading.error(
      'missing_condition',
      { span: headOf(map), path: `${path}.condition` },
      `"${path}" has no "condition".`,
    )
  return parseConditions(condition, `${path}.condition`, [...selections.keys()], reading)
}
