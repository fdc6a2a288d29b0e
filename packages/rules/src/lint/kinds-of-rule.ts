import { KINDS, type Kind } from '../entry.ts'
import type { Rule, Search, Selection } from '../parse/rule.ts'
import { evaluate } from './lint-condition.ts'

/** Log sources of views that only a call has. */
const OF_CALLS =
  /^(?:action|script|process_creation|file_(?:access|event|change|delete|rename)|proxy|dns_query|database)$/
/** Log sources of views that only texts have. */
const OF_TEXTS = /^(?:statement|wording)$/
const TEXT_KINDS: readonly Kind[] = KINDS.filter((kind) => kind !== 'tool_call' && kind !== 'system')

/** The kinds of entries that a rule can match, by its log source and by its selections that name kinds. */
export function kindsOf({ logsource, condition, selections }: Rule): readonly Kind[] {
  return kindsOfLogSource(logsource).filter((kind) =>
    evaluate(condition, (name, wanted) => {
      const selection = selections.get(name)
      return (selection === undefined ? null : holdsFor(selection, kind)) ?? wanted
    }),
  )
}

function kindsOfLogSource({ product, category = '' }: Rule['logsource']): readonly Kind[] {
  if (OF_CALLS.test(category)) return ['tool_call']
  if (OF_TEXTS.test(category)) return TEXT_KINDS
  if (category === 'told_action') return ['tool_definition']
  // Other products have no entries.
  if (product !== undefined && product !== 'ai_agent') return []
  const named = KINDS.filter((kind) => kind === category)
  return named.length > 0 || (category !== '' && category !== 'secret') ? named : KINDS
}

/** Whether the selection holds for an entry of the kind; null if that depends on something else. */
function holdsFor(selection: Selection, kind: Kind): boolean | null {
  if (selection.kind === 'search') return namesKind(selection.search, kind)
  const decided = selection.kind === 'any'
  const parts = new Set(selection.parts.map((part) => holdsFor(part, kind)))
  if (parts.has(decided)) return decided
  return parts.has(null) ? null : !decided
}

function namesKind({ field, modifiers, values }: Search, kind: Kind): boolean | null {
  if ((field !== 'kind' && field !== 'Kind') || modifiers.length > 0) return null
  return values.some((value) => value.kind === 'glob' && (value.pattern === '*' || value.pattern === kind))
}
