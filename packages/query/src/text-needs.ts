import type { Ast, Regex, Text } from './ast.ts'
import { foldCase } from '@sentinelmesh/text/fold-case'
import { wildcardLiterals } from './wildcard.ts'

/** What an entry's searched text must hold, folded. */
export type TextNeed =
  | { readonly type: 'holds'; readonly text: string }
  | { readonly type: 'all'; readonly of: readonly TextNeed[] }
  | { readonly type: 'any'; readonly of: readonly TextNeed[] }

/** Lists of folded texts: what the expression matches holds one of each list. */
export type RegexNeeds = (source: string, flags: string) => readonly (readonly string[])[]

/**
 * What must stand in sender, receiver, context or payload of each entry for which the query holds, so that an index of
 * their texts can name the entries that may be meant; null where nothing can be said. Such entries need not match: a
 * sender is asked for as a whole and with its case, a wildcard's literals stand in an order.
 */
export function textNeeds(ast: Ast, regexNeeds?: RegexNeeds): TextNeed | null {
  switch (ast.type) {
    case 'and':
      return all(ast.of.map((part) => textNeeds(part, regexNeeds)))
    case 'or':
      return any(ast.of.map((part) => textNeeds(part, regexNeeds)))
    case 'words':
      return valueNeeds(ast.value, regexNeeds)
    case 'text':
      return SEARCHED.has(ast.field) ? valueNeeds(ast.value, regexNeeds) : null
    default:
      return null
  }
}

const SEARCHED: ReadonlySet<string> = new Set(['sender', 'receiver', 'context', 'payload'])

function valueNeeds(value: Text | Regex, regexNeeds: RegexNeeds | undefined): TextNeed | null {
  switch (value.type) {
    case 'exact':
      return holds(foldCase(value.text))
    case 'pattern':
      return all(wildcardLiterals(foldCase(value.pattern)).map(holds))
    case 'regex':
      return all((regexNeeds?.(value.source, value.flags) ?? []).map((list) => any(list.map(holds))))
  }
}

function holds(text: string): TextNeed | null {
  return text === '' ? null : { type: 'holds', text }
}

function all(needs: readonly (TextNeed | null)[]): TextNeed | null {
  const known = needs.filter((need) => need !== null)
  return known.length > 1 ? { type: 'all', of: known } : (known[0] ?? null)
}

/** Of alternatives one of which may be anything nothing can be said. */
function any(needs: readonly (TextNeed | null)[]): TextNeed | null {
  const known = needs.filter((need) => need !== null)
  if (known.length < needs.length) return null
  return known.length > 1 ? { type: 'any', of: known } : (known[0] ?? null)
}
