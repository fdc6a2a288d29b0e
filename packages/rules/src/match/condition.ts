import type { FoundPart, FoundSelection } from './found.ts'
import { allOf, anyOf, negation, type Compiler, type Matcher } from './matcher.ts'
import { compileSearch } from './search.ts'
import type { Condition, Selection } from '../parse/rule.ts'

/** Compiles the condition of a rule or a filter. */
export function compileCondition(
  condition: Condition,
  selections: ReadonlyMap<string, Selection>,
  compiler: Compiler,
): Matcher<FoundSelection> {
  const compiled = new Map<string, Matcher<FoundSelection>>()
  const named = (name: string): Matcher<FoundSelection> => {
    const known = compiled.get(name)
    if (known !== undefined) return known
    const selection = selections.get(name)
    if (selection === undefined) throw new Error(`The condition names an unknown selection: ${name}`)
    const fresh = namedSelection(name, compileSelection(selection, compiler))
    compiled.set(name, fresh)
    return fresh
  }
  const compile = (part: Condition): Matcher<FoundSelection> => {
    switch (part.kind) {
      case 'selection':
        return named(part.name)
      case 'not':
        return negation(compile(part.part))
      case 'and':
        return allOf(part.parts.map(compile))
      case 'or':
        return anyOf(part.parts.map(compile))
    }
  }
  return compile(condition)
}

function namedSelection(name: string, { holds, explain, witness, cost }: Matcher<FoundPart>): Matcher<FoundSelection> {
  return {
    holds,
    explain(event, into) {
      // A condition can name the same selection twice; it is reported once.
      if (into.some((known) => known.name === name)) return
      const parts: FoundPart[] = []
      explain(event, parts)
      into.push({ name, parts })
    },
    witness,
    cost,
  }
}

function compileSelection(selection: Selection, compiler: Compiler): Matcher<FoundPart> {
  if (selection.kind === 'search') return compileSearch(selection.search, compiler)
  const parts = selection.parts.map((part) => compileSelection(part, compiler))
  return selection.kind === 'all' ? allOf(parts) : anyOf(parts)
}
