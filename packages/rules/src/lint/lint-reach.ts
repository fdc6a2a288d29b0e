import { find } from '../parse/parse-head.ts'
import type { Reading } from '../parse/reading.ts'
import type { Filter, Rule, Selection } from '../parse/rule.ts'
import type { TreeMap } from '../parse/yaml/yaml-nodes.ts'
import { evaluate } from './lint-condition.ts'
import { searchesIn } from './lint-searches.ts'

/** Fields of Sysmon events that no agent can report for its tool calls. */
const NOT_REPORTED =
  /^(?:Hashes|Imphash|(?:Parent)?(?:IntegrityLevel|ProcessId|ProcessGuid)|Logon(?:Id|Guid)|TerminalSessionId|Company|Description|Product)$/
/** Categories for which tool calls have views. */
const VIEWED = /^(?:process|file|proxy|dns)/

const isNeverReported = (field: string | null, { category }: Rule['logsource']) =>
  VIEWED.test(category ?? '') && NOT_REPORTED.test(field ?? '')

/** Reports fields that no agent reports, and a condition that requires one, so that it never holds for an agent. */
export function lintReach(content: Rule | Filter, root: TreeMap, reading: Reading): void {
  const { condition, selections, logsource } = content
  for (const { field, key } of searchesIn(content, root))
    if (isNeverReported(field, logsource))
      reading.warn('field_unavailable', key, `No agent reports ${field}: this holds for no entry of an agent.`)
  const body = content.kind === 'rule' ? 'detection' : 'filter'
  const tree = find(root, body)?.value
  const written = tree?.kind === 'map' ? find(tree, 'condition')?.value : undefined
  const out = [...selections].filter(([, one]) => isOutOfReach(one, logsource)).map(([name]) => name)
  if (written === undefined || out.length === 0) return
  if (!evaluate(condition, (name, wanted) => wanted && !out.includes(name)))
    reading.warn(
      'never_true',
      { span: written, path: `${body}.condition` },
      `No agent reports what ${out.join(', ')} needs: the condition holds for no entry of an agent.`,
    )
}

/** Returns whether the selection requires a field that no tool call has. */
function isOutOfReach(selection: Selection, logsource: Rule['logsource']): boolean {
  if (selection.kind === 'search') {
    const { field, negated, values } = selection.search
    // These can match an absent field.
    return (
      !negated && !values.some(({ kind }) => kind === 'null' || kind === 'exists') && isNeverReported(field, logsource)
    )
  }
  return selection.parts[selection.kind === 'all' ? 'some' : 'every']((part) => isOutOfReach(part, logsource))
}
