import { LIMITS } from '@sentinelmesh/api/constants'
import type { Rule, RuleDocument } from '@sentinelmesh/rules'

/** The parts of a document that the main thread needs to store and bind it. The document itself stays in the thread. */
export interface DocumentHead extends Pick<RuleDocument, 'id' | 'kind' | 'name' | 'title' | 'hash' | 'text'> {
  /** The rules that it names; none for a detection rule. */
  readonly rules: readonly string[] | 'any'
  /** Why it cannot be stored although it can be read: a sentence. */
  readonly refusal: string | null
}

export function toHead(document: RuleDocument): DocumentHead {
  const { id, kind, name, title, hash, text } = document
  const rules = document.kind === 'rule' ? [] : document.rules
  return { id, kind, name, title, hash, text, rules, refusal: tooManyValues(document) }
}

/** Compiling a rule holds the event loop, so the values of a stored one are bounded. */
function tooManyValues(document: RuleDocument): string | null {
  if (document.kind === 'correlation') return null
  const values = [...document.selections.values()].reduce((sum, selection) => sum + valuesOf(selection), 0)
  if (values <= LIMITS.ruleValues) return null
  return `The ${document.kind} has ${values} values; at most ${LIMITS.ruleValues} can be stored (limit ruleValues). Split it into several.`
}

type Selection = Rule['selections'] extends ReadonlyMap<string, infer One> ? One : never

function valuesOf(selection: Selection): number {
  if (selection.kind === 'search') return selection.search.values.length
  return selection.parts.reduce((sum, part) => sum + valuesOf(part), 0)
}
