import type { SourceRange } from '@sentinelmesh/rules'
import { bandOf, type Level } from '@sentinelmesh/rules/risk'
import { LIMITS } from '@sentinelmesh/api/constants'
import { isMap, isSeq, LineCounter, parseDocument, type Node } from 'yaml'

/** A rule of the seed's `rules.yaml`, translated to Sigma. */
export interface SeedRule {
  /** The seed's id. Null if it has none. */
  readonly id: string | null
  /** Its position in the seed's file. */
  readonly range: SourceRange
  /** One document, or two for a rule that counts events: a rule and a correlation. Null if the rule is rejected. */
  readonly documents: readonly string[] | null
  /** The reason for the rejection, one sentence. */
  readonly refusal: string | null
  /** The differences from the original, one sentence each. */
  readonly changes: readonly string[]
}

/**
 * Reads the seed's own format: a list of `{id, type, risk, …}`, or a map with such a list under `rules`. Null if the
 * text is something else. Each rule is read independently, so an invalid rule does not affect the others.
 */
export function readSeedRules(text: string): readonly SeedRule[] | null {
  // A Sigma rule is a map, so only text that may be a list is parsed here.
  if (text.length > LIMITS.ruleChars || !/^(?:-[ \t\r\n]|\[|rules:)/m.test(text)) return null
  const lines = new LineCounter()
  const items = itemsOf(text, lines)
  if (items === null || !items.some(({ value }) => typeof value === 'object' && value !== null && 'type' in value))
    return null
  return items.map(({ node, value }) => {
    const range = rangeOf(node, lines)
    const id = idOf(value)
    try {
      return { id, range, refusal: null, ...convert(value) }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { id, range, documents: null, refusal: error.message, changes: [] }
    }
  })
}

class Refusal extends Error {}

function itemsOf(text: string, lineCounter: LineCounter): { readonly node: Node; readonly value: unknown }[] | null {
  try {
    const document = parseDocument(text, { lineCounter })
    if (document.errors.length > 0) return null
    const { contents } = document
    const list = isMap(contents) ? contents.get('rules', true) : contents
    if (!isSeq<Node>(list)) return null
    // Throws for aliases that expand to more than a hundred nodes.
    return list.items.map((node) => ({ node, value: node.toJS(document) as unknown }))
  } catch {
    // The text is nested too deeply or has endless aliases. The rule parser reports it with its position.
    return null
  }
}

function rangeOf(node: Node, lines: LineCounter): SourceRange {
  const [start = 0, end = start] = node.range ?? []
  const [from, to] = [lines.linePos(start), lines.linePos(end)]
  return { line: from.line, column: from.col, endLine: to.line, endColumn: to.col }
}

function idOf(value: unknown): string | null {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : null
  return typeof id === 'string' || typeof id === 'number' ? String(id).trim() || null : null
}

type Fields = Readonly<Record<string, unknown>>

const TYPES = ['context_block', 'payload_contains', 'payload_regex', 'sequential_events'] as const
/** The fields to read from every rule. Other fields are reported as ignored. */
const COMMON = ['id', 'type', 'risk', 'title', 'name', 'message', 'description', 'enabled']

function convert(value: unknown): Pick<SeedRule, 'documents' | 'changes'> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refusal('A rule is a map.')
  const fields = value as Fields
  const id = idOf(fields)
  if (id === null) throw new Refusal('The rule has no id: give it one.')
  const type = TYPES.find((known) => known === fields['type'])
  if (type === undefined) throw new Refusal(`The type is one of ${TYPES.join(', ')}, not ${shown(fields['type'])}.`)

  const changes: string[] = []
  const read = type === 'sequential_events' ? ['sequence'] : type === 'payload_regex' ? ['pattern'] : ['match']
  const left = Object.keys(fields).filter((key) => ![...COMMON, ...read].includes(key))
  if (left.length > 0) changes.push(`${left.map(shown).join(', ')} has no counterpart and was left out.`)
  if (fields['enabled'] === false) changes.push('It was not enabled; it is now, until you turn it off.')
  const weight = weightOf(fields['risk'], changes)
  const title = textOf(fields['title']) ?? textOf(fields['name']) ?? textOf(fields['message']) ?? id
  const description =
    textOf(fields['description']) ?? (title === textOf(fields['message']) ? null : textOf(fields['message']))
  const head = { id, title, description, ...weight }

  switch (type) {
    case 'context_block':
      return { documents: [detection(head, 'context|cased', textsOf(fields, 'match'))], changes }
    case 'payload_contains':
      return { documents: [detection(head, 'payload|contains', textsOf(fields, 'match'))], changes }
    case 'payload_regex':
      changes.push('The pattern runs in linear time; it is case-sensitive unless it says (?i).')
      return { documents: [detection(head, 'payload|re', textsOf(fields, 'pattern'), false)], changes }
    case 'sequential_events':
      return { documents: counting(head, fields['sequence'], changes), changes }
  }
}

interface Head {
  readonly id: string
  readonly title: string
  readonly description: string | null
  readonly level: Level
  readonly points: number
}

function weightOf(risk: unknown, changes: string[]): Pick<Head, 'level' | 'points'> {
  const number = typeof risk === 'string' && risk.trim() !== '' ? Number(risk) : risk
  if (risk === undefined || risk === null) {
    changes.push('It had no risk; it has 40 points, as a rule of level medium.')
    return { level: 'medium', points: 40 }
  }
  if (typeof number !== 'number' || !Number.isFinite(number)) throw new Refusal(`risk is a number, not ${shown(risk)}.`)
  const points = Math.round(Math.min(100, Math.max(0, number)))
  if (points !== number) changes.push(`Its risk of ${number} became ${points} points.`)
  const band = bandOf(points)
  const level = band === 'none' ? 'informational' : band
  changes.push(`Its risk of ${points} became ${points} points of level ${level}; points of several rules combine.`)
  return { level, points }
}

function textsOf(fields: Fields, key: string): string[] {
  const value = fields[key]
  const texts = (Array.isArray(value) ? value : [value]).map((one: unknown) =>
    typeof one === 'string' || typeof one === 'number' ? String(one) : null,
  )
  if (texts.length === 0 || texts.some((text) => text === null || text === ''))
    throw new Refusal(`${key} is a text, or a list of them; none is empty.`)
  return texts.filter((text) => text !== null)
}

/** The log sources that the server assigns to the seed's entries, which name none. */
const LOG_SOURCE = 'logsource:\n  product: ai_agent'

function detection(head: Head, search: string, values: readonly string[], isPlain = true): string {
  const literal = (value: string) => JSON.stringify(isPlain ? value.replaceAll(/[\\*?]/g, String.raw`\$&`) : value)
  return [
    ...headLines(head),
    LOG_SOURCE,
    'detection:',
    '  selection:',
    `    ${search}:`,
    ...values.map((value) => `      - ${literal(value)}`),
    '  condition: selection',
    ...weightLines(head),
  ].join('\n')
}

/** Translates a threshold to a rule that finds the events and a correlation that counts them within a time. */
function counting(head: Head, sequence: unknown, changes: string[]): string[] {
  const [first, ...others] = Array.isArray(sequence) ? (sequence as unknown[]) : []
  if (typeof first !== 'object' || first === null) throw new Refusal('sequence is a list with one map.')
  if (others.length > 0) changes.push('Of its sequence the first step was used, as the original did.')
  const { event_type: eventType, status, count, time_window_seconds: seconds } = first as Fields
  const wanted = Object.entries({ 'attributes.event_type': eventType, 'attributes.status': status }).flatMap(
    ([field, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[field, String(value)] as const] : [],
  )
  if (wanted.length === 0) throw new Refusal('sequence[0] names an event_type or a status.')
  if (!isCount(count)) throw new Refusal('sequence[0].count is a whole number from 1.')
  if (!isCount(seconds)) throw new Refusal('sequence[0].time_window_seconds is a whole number from 1.')
  changes.push(
    `It became a rule that finds the events and a correlation that counts ${count} of one sender within ${seconds} s.`,
  )
  const base = `${head.id}-event`
  return [
    [
      ...headLines({ ...head, id: base, title: `${head.title}: one of the events`, description: null }),
      LOG_SOURCE,
      'detection:',
      '  selection:',
      ...wanted.map(
        ([field, value]) => `    ${field}: ${JSON.stringify(value.replaceAll(/[\\*?]/g, String.raw`\$&`))}`,
      ),
      '  condition: selection',
      ...weightLines({ level: 'informational', points: 0 }),
    ].join('\n'),
    [
      ...headLines(head),
      'correlation:',
      '  type: event_count',
      `  rules: [${JSON.stringify(base)}]`,
      '  group-by: [sender]',
      `  timespan: ${seconds}s`,
      '  condition:',
      `    gte: ${count}`,
      ...weightLines(head),
    ].join('\n'),
  ]
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 1

function headLines({ id, title, description }: Pick<Head, 'id' | 'title' | 'description'>): string[] {
  return [
    `title: ${JSON.stringify(title.slice(0, TITLE_CHARS))}`,
    `id: ${JSON.stringify(id)}`,
    ...(description === null ? [] : [`description: ${JSON.stringify(description)}`]),
  ]
}

const weightLines = ({ level, points }: Pick<Head, 'level' | 'points'>) => [
  `level: ${level}`,
  `sentinelmesh: {points: ${points}}`,
  '',
]

const TITLE_CHARS = 256
const textOf = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value : null)
const shown = (value: unknown) => (JSON.stringify(value) ?? 'nothing').slice(0, 60)
