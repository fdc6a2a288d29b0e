import type { LogSource } from '@sentinelmesh/rules'

export interface FilterParts {
  readonly id: string
  readonly title: string
  readonly ruleId: string
  /** Of the rule: a filter is for rules of its log source. */
  readonly logsource: LogSource
  /** The rule's match is held back where all of them hold. */
  readonly conditions: readonly { readonly field: string; readonly value: string }[]
}

/** A Sigma filter: the rule matches only where its condition holds as well, so what is to be held back stands under `not`. */
export function filterText({ id, title, ruleId, logsource, conditions }: FilterParts): string {
  const names = conditions.map((_, index) => (conditions.length === 1 ? 'selection' : `selection_${index + 1}`))
  const all = conditions.length === 1 ? 'selection' : `(${names.join(' and ')})`
  return [
    `title: ${JSON.stringify(title)}`,
    `id: ${id}`,
    'logsource:',
    ...Object.entries(logsource).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`),
    'filter:',
    `  rules: [${JSON.stringify(ruleId)}]`,
    ...conditions.flatMap(({ field, value }, index) => [
      `  ${names[index] ?? ''}:`,
      `    ${JSON.stringify(field)}: ${JSON.stringify(escaped(value))}`,
    ]),
    `  condition: not ${all}`,
    '',
  ].join('\n')
}

/** To the letter: what would be a wildcard, or take one away, is escaped. */
function escaped(value: string): string {
  return value.replaceAll(/[\\*?]/g, String.raw`\$&`)
}

/** For people, of the first condition: what is to be told apart stands in the filter. */
export function filterTitle(conditions: FilterParts['conditions']): string {
  const [first] = conditions
  const more = conditions.length > 1 ? ` and ${conditions.length - 1} more` : ''
  const value = [...(first?.value ?? '')].slice(0, TITLE_VALUE_CHARS).join('')
  return `Not for ${first?.field ?? ''} ${value}${more}`.replaceAll(/\p{Cc}/gu, ' ')
}

const TITLE_VALUE_CHARS = 80
