import type { LogSource } from '@sentinelmesh/rules'

export interface FilterParts {
  readonly id: string
  readonly title: string
  readonly ruleId: string
  /** The rule's log source. A filter applies only to rules of its log source. */
  readonly logsource: LogSource
  /** A match of the rule is suppressed if all conditions hold. */
  readonly conditions: readonly { readonly field: string; readonly value: string }[]
}

/**
 * Builds a Sigma filter. A rule matches only if the filter's condition holds as well, so the given conditions are
 * negated.
 */
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

/** Escapes wildcards and backslashes, so that the value matches literally. */
function escaped(value: string): string {
  return value.replaceAll(/[\\*?]/g, String.raw`\$&`)
}

/** The title names only the first condition. The filter shows all of them. */
export function filterTitle(conditions: FilterParts['conditions']): string {
  const [first] = conditions
  const more = conditions.length > 1 ? ` and ${conditions.length - 1} more` : ''
  const value = [...(first?.value ?? '')].slice(0, TITLE_VALUE_CHARS).join('')
  return `Not for ${first?.field ?? ''} ${value}${more}`.replaceAll(/\p{Cc}/gu, ' ')
}

const TITLE_VALUE_CHARS = 80
