import type { Ast, Regex, Text } from './ast.ts'
import { foldCase } from '@sentinelmesh/text/fold-case'
import { wildcardLiterals } from './wildcard.ts'

/** The case-folded texts that an entry's searched fields must contain. */
export type TextNeed =
  | { readonly type: 'holds'; readonly text: string }
  | { readonly type: 'all'; readonly of: readonly TextNeed[] }
  | { readonly type: 'any'; readonly of: readonly TextNeed[] }

/** Lists of case-folded texts: every match of the expression contains one text of each list. */
export type RegexNeeds = (source: string, flags: string) => readonly (readonly string[])[]

/**
 * The texts that the sender, receiver, context or payload of every matching entry must contain, so that a full-text
 * index can find candidates; null if there are none. A candidate need not match: the query may require a whole sender
 * with its case, or the literals of a wildcard in order.
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

/** If one alternative requires nothing, all of them together require nothing. */
function any(needs: readonly (TextNeed | null)[]): TextNeed | null {
  const known = needs.filter((need) => need !== null)
  if (known.length < needs.length) return null
  return known.length > 1 ? { type: 'any', of: known } : (known[0] ?? null)
}
