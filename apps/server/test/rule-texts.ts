/** The parts of a rule for tests. */
export interface RuleParts {
  readonly id?: string
  readonly title?: string
  readonly level?: string
  /** The text that the payload must contain. */
  readonly contains?: string
  /** Additional lines near the top. */
  readonly head?: string
}

export function aRule({ id, title = 'Canary', level = 'high', contains = 'canary', head }: RuleParts = {}): string {
  return [
    `title: ${JSON.stringify(title)}`,
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(head === undefined ? [] : [head]),
    'logsource:',
    '  product: ai_agent',
    'detection:',
    '  selection:',
    `    payload|contains: ${JSON.stringify(contains)}`,
    '  condition: selection',
    'falsepositives: [Birds]',
    `level: ${level}`,
    '',
  ].join('\n')
}

/** A filter that suppresses matches of these rules for one sender. */
export function aFilter(parts: { readonly id: string; readonly rules: string; readonly sender: string }): string {
  return [
    'title: Not for a sender',
    `id: ${parts.id}`,
    'logsource: {product: ai_agent}',
    'filter:',
    `  rules: ${parts.rules}`,
    `  selection: {sender: ${parts.sender}}`,
    '  condition: not selection',
    '',
  ].join('\n')
}

export function aCorrelation(parts: { readonly id: string; readonly rules: string }): string {
  return [
    'title: Several canaries',
    `id: ${parts.id}`,
    'correlation:',
    '  type: event_count',
    `  rules: ${parts.rules}`,
    '  group-by: [sender]',
    '  timespan: 10m',
    '  condition: {gte: 3}',
    'level: high',
    '',
  ].join('\n')
}
