import { find } from '../parse/parse-head.ts'
import type { Reading } from '../parse/reading.ts'
import type { Rule } from '../parse/rule.ts'
import type { TreeMap } from '../parse/yaml/yaml-nodes.ts'
import { CONTEXTS } from './contexts.ts'
import { kindsOf } from './kinds-of-rule.ts'

/** Reports a rule that can match kinds of entries where its family is no evidence. */
export function lintContext(rule: Rule, root: TreeMap, reading: Reading): void {
  const context = CONTEXTS.find(({ families }) => families.includes(rule.family ?? ''))
  if (context === undefined) return
  const wrong = kindsOf(rule).filter((kind) => !context.kinds.includes(kind))
  const logsource = find(root, 'logsource')
  if (wrong.length === 0 || logsource === undefined) return
  reading.warn(
    'wrong_context',
    { span: logsource.keySpan, path: 'logsource' },
    `Rules of the family ${rule.family} are evidence in ${context.kinds.join(', ')}, but this rule also matches ${wrong.join(', ')}.`,
    'Name the kinds of entries in a selection.',
  )
}
