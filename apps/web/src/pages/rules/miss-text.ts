import type { Explanation } from '@sentinelmesh/rules'
import { exact } from '../../figures.ts'

type Part = Explanation['selections'][number]['body']
export type SearchPart = Extract<Part, { readonly kind: 'search' }>
export type ValuePart = SearchPart['values'][number]
type Miss = NonNullable<ValuePart['miss']>

/** Why a value did not match, as a phrase that continues a line. The text of the entry follows it. */
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
      return 'it is present'
    case 'other_text':
      if (miss.near === null) return field === null ? 'not found in the entry' : 'not found'
      return 'only its beginning was found'
    case 'other_position':
      return 'found, but not at the required position'
    case 'other_case':
      return 'found with different letter case'
    case 'lacks_literal':
      return `needs ${miss.literals.map((literal) => `“${literal}”`).join(' or ')}, which was not found`
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
      return `${miss.field} has no text to compare with`
    case 'reference_differs':
      return `${miss.field} is different`
    case 'undecided':
      return 'undecided: it exceeds the work limit of a rule on one entry'
    case 'custom':
      return 'the custom modifier does not match'
  }
}

/** `payload|contains|all`, as a rule writes it. */
export function searchName({ field, modifiers }: Pick<SearchPart, 'field' | 'modifiers'>): string {
  return [field ?? 'keyword', ...modifiers].join('|')
}

/** Says how many of the values must match: `any of 12 values`. */
export function wantedText({ values, valuesLeftOut, all, negated }: SearchPart): string {
  const count = values.length + valuesLeftOut
  if (count === 1) return negated ? 'must not match' : ''
  return `${negated ? (all ? 'not all' : 'none') : all ? 'all' : 'any'} of ${exact(count)} values`
}
