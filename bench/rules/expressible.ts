/**
 * Selects the rules that business rule engines can express. These compare texts with a whole field, its prefix, its
 * suffix or a substring, or test for absent fields, and combine the tests with and, or, and not. Leaves out rules
 * with regular expressions, keywords (which search every field), networks, wildcards within a text, encodings,
 * `windash`, `cased`, and field references.
 */
import { foldCase } from '../../packages/text/src/fold-case.ts'
import { plainText } from '../../packages/rules/src/parse/values/glob.ts'
import type { Condition, Rule, Search, Selection, TextPlace, Value } from '../../packages/rules/src/parse/rule.ts'

export type Test =
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Test[] }
  | { readonly kind: 'not'; readonly part: Test }
  /** Matches any of the texts, which are case-folded. */
  | { readonly kind: 'text'; readonly field: string; readonly place: TextPlace; readonly texts: readonly string[] }
  | { readonly kind: 'absent'; readonly field: string }

export interface Expressed {
  readonly rule: Rule
  readonly test: Test
}

export function expressible(rules: readonly Rule[]): readonly Expressed[] {
  return rules.flatMap((rule) => {
    const test = conditionTest(rule.condition, rule)
    return test === null ? [] : [{ rule, test }]
  })
}

function conditionTest(condition: Condition, rule: Rule): Test | null {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return joined(
        condition.kind === 'and' ? 'all' : 'any',
        condition.parts.map((part) => conditionTest(part, rule)),
      )
    case 'not': {
      const part = conditionTest(condition.part, rule)
      return part === null ? null : { kind: 'not', part }
    }
    case 'selection': {
      const found = rule.selections.get(condition.name)
      return found === undefined ? null : selectionTest(found)
    }
  }
}

function selectionTest(selection: Selection): Test | null {
  return selection.kind === 'search'
    ? searchTest(selection.search)
    : joined(selection.kind, selection.parts.map(selectionTest))
}

function joined(kind: 'all' | 'any', parts: readonly (Test | null)[]): Test | null {
  const all = parts.filter((part) => part !== null)
  const [only] = all
  if (all.length < parts.length || only === undefined) return null
  return all.length === 1 ? only : { kind, parts: all }
}

function searchTest({ field, values, all, negated }: Search): Test | null {
  if (field === null || negated) return null
  const tests = values.map((value) => valueTest(field, value))
  if (all) return joined('all', tests)
  // Merge texts with the same kind of comparison into one list.
  const lists = new Map<TextPlace, string[]>()
  const others: (Test | null)[] = []
  for (const test of tests)
    if (test?.kind === 'text') lists.set(test.place, [...(lists.get(test.place) ?? []), ...test.texts])
    else others.push(test)
  return joined('any', [
    ...[...lists].map(([place, texts]): Test => ({ kind: 'text', field, place, texts })),
    ...others,
  ])
}

function valueTest(field: string, value: Value): Test | null {
  if (value.kind === 'null') return { kind: 'absent', field }
  if (value.kind !== 'glob' || value.cased || value.windash) return null
  const [glob, more] = value.globs
  const plain = glob === undefined || more !== undefined ? null : plainText(glob)
  if (plain === null) return null
  const place =
    plain.start && plain.end ? 'whole' : plain.start ? 'startswith' : plain.end ? 'endswith' : ('contains' as const)
  return { kind: 'text', field, place, texts: [foldCase(plain.text)] }
}
