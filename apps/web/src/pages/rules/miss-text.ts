import type { Explanation } from '@sentinelmesh/rules'
import { exact } from '../../figures.ts'

type Part = Explanation['selections'][number]['body']
export type SearchPart = Extract<Part, { readonly kind: 'search' }>
export type ValuePart = SearchPart['values'][number]
type Miss = NonNullable<ValuePart['miss']>

/** Why a value did not hold, in a sentence that begins in the middle of a line; what the entry has stands after it. */
export function missText(miss: Miss, field: string | null): string {
  const name = field ?? 'the entry'
  switch (miss.reason) {
    case 'absent':
      return field === null ? 'the entry has no text' : `the entry has no ${name}`
    case 'is_null':
      return `${name} is null`
    case 'no_value':
      return `${name} is an object or a list without a value of its own`
    case 'is_there':
      return 'it is there'
    case 'other_text':
      if (miss.near === null) return field === null ? 'in no text of the entry' : 'not in it'
      return 'only its beginning is there'
    case 'other_position':
      return 'it is there, but not at the place that is asked for'
    case 'other_case':
      return 'only the case of letters differs'
    case 'lacks_literal':
      return `needs ${miss.literals.map((literal) => `“${literal}”`).join(' or ')}, which is not there`
    case 'regex':
      return 'the expression does not match'
    case 'not_a_number':
      return 'not a number'
    case 'comparison':
      return 'the comparison fails'
    case 'not_an_address':
      return 'not an address'
    case 'outside_network':
      return 'outside the network'
    case 'not_a_time':
      return 'not a time'
    case 'other_time':
      return `it is ${exact(miss.found)}`
    case 'reference_absent':
      return `there is no text in ${miss.field} to compare with`
    case 'reference_differs':
      return `${miss.field} is another text`
    case 'undecided':
      return 'undecided: it needs more work than a rule may do on one entry'
    case 'custom':
      return 'the program that brought this modifier says no'
  }
}

/** `payload | contains, all` as a rule writes it. */
export function searchName({ field, modifiers }: Pick<SearchPart, 'field' | 'modifiers'>): string {
  return [field ?? 'keyword', ...modifiers].join('|')
}

/** How many of the values are asked for: `any of 12`. */
export function wantedText({ values, valuesLeftOut, all, negated }: SearchPart): string {
  const count = values.length + valuesLeftOut
  if (count === 1) return negated ? 'must not hold' : ''
  return `${negated ? (all ? 'not all' : 'none') : all ? 'all' : 'any'} of ${exact(count)} values`
}
