import type { LimitName } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import type { Rule, RuleDocument } from '@sentinelmesh/rules'

/** The parts of a document that the main thread needs to store and bind it. The document itself stays in the thread. */
export interface DocumentHead extends Pick<RuleDocument, 'id' | 'kind' | 'name' | 'title' | 'hash' | 'text'> {
  /** The rules that it refers to. Empty for a detection rule. */
  readonly rules: readonly string[] | 'any'
  /** Why a valid document cannot be stored. */
  readonly refusal: Refusal | null
}

interface Refusal {
  readonly say: string
  readonly limit: LimitName
  readonly allowed: number
}

export function toHead(document: RuleDocument): DocumentHead {
  const { id, kind, name, title, hash, text } = document
  const rules = document.kind === 'rule' ? [] : document.rules
  return { id, kind, name, title, hash, text, rules, refusal: tooLongName(document) ?? tooManyValues(document) }
}

/** Limits of values that every match repeats. */
function tooLongName(document: RuleDocument): Refusal | null {
  const { ruleIdChars: allowed } = LIMITS
  const names = [
    ['id', document.id],
    ['family', document.kind === 'filter' ? '' : document.family],
  ] as const
  for (const [name, { length }] of names)
    if (length > allowed) {
      const say = `The ${name} has ${length} characters; at most ${allowed} can be stored (limit ruleIdChars).`
      return { say, limit: 'ruleIdChars', allowed }
    }
  return null
}

/** Limits of the values of a stored rule, because compiling it blocks the event loop. */
function tooManyValues(document: RuleDocument): Refusal | null {
  if (document.kind === 'correlation') return null
  const values = [...document.selections.values()].reduce((sum, selection) => sum + valuesOf(selection), 0)
  if (values <= LIMITS.ruleValues) return null
  const say = `The ${document.kind} has ${values} values; at most ${LIMITS.ruleValues} can be stored (limit ruleValues). Split it into several.`
  return { say, limit: 'ruleValues', allowed: LIMITS.ruleValues }
}

type Selection = Rule['selections'] extends ReadonlyMap<string, infer One> ? One : never

function valuesOf(selection: Selection): number {
  if (selection.kind === 'search') return selection.search.values.length
  return selection.parts.reduce((sum, part) => sum + valuesOf(part), 0)
}
