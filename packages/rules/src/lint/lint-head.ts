import { find } from '../parse/parse-head.ts'
import { headOf, type Reading } from '../parse/reading.ts'
import type { Correlation, RuleDocument } from '../parse/rule.ts'
import type { TreeMap } from '../parse/yaml-tree.ts'

/** What a document says of itself, or should. */
export function lintHead(content: RuleDocument, root: TreeMap, reading: Reading): void {
  const head = headOf(root)
  const id = find(root, 'id')?.value
  if (id === undefined || (id.kind === 'scalar' && id.text === ''))
    reading.warn(
      'missing_id',
      { span: head, path: 'id' },
      'Without an id a rule is known by its text: whenever it changes it is another rule.',
      'Add an "id": a UUID, or a short text of your own.',
    )
  if (content.kind === 'filter') return
  if (content.falsepositives.length === 0)
    reading.warn(
      'missing_falsepositives',
      { span: head, path: 'falsepositives' },
      'The rule does not say when it is wrong; whoever looks at its matches wants to know.',
      'Add "falsepositives": a list of texts.',
    )
  const status = find(root, 'status')?.value
  if (status !== undefined && (content.status === 'deprecated' || content.status === 'unsupported'))
    reading.warn(
      'status_not_for_use',
      { span: status, path: 'status' },
      `The rule is ${content.status}, and loads all the same. Disable it, or change its status.`,
    )
  const level = find(root, 'level')?.value
  if (level !== undefined && content.level === 'informational' && content.points === 0)
    reading.warn(
      'level_without_points',
      { span: level, path: 'level' },
      'A match of level informational has no points: it is shown, and raises no risk.',
      'Write another level, or points of its own: "sentinelmesh: {points: 5}".',
    )
}

/** Aliases that nothing reads. */
export function lintCorrelation(content: Correlation, root: TreeMap, reading: Reading): void {
  const body = find(root, 'correlation')?.value
  const aliases = body?.kind === 'map' ? find(body, 'aliases')?.value : undefined
  if (aliases?.kind !== 'map') return
  for (const { key, keySpan } of aliases.entries)
    if (!content.groupBy.includes(key) && !content.fields.includes(key))
      reading.warn(
        'alias_unused',
        { span: keySpan, path: `correlation.aliases.${key}` },
        `Neither "group-by" nor "field" names the alias ${JSON.stringify(key)}.`,
      )
}
