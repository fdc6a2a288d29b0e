import type { Condition } from './rule.ts'

/** The distinct selections that the condition names, in the order of their first use. */
export function namesIn(condition: Condition, into: Set<string> = new Set()): ReadonlySet<string> {
  if (condition.kind === 'selection') into.add(condition.name)
  else for (const part of condition.kind === 'not' ? [condition.part] : condition.parts) namesIn(part, into)
  return into
}
