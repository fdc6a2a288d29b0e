import { once } from 'node:events'
import {
  describeCorrelation,
  describeExplanation,
  type CorrelationMatch,
  type Explanation,
  type Match,
  type Place,
} from '@sentinelmesh/rules'
import { visible } from '@sentinelmesh/command-line/print'
import { heldFields, placeName, type EventFields } from './event-fields.ts'
import { LIMITS } from './limits.ts'
import { paint } from './paint.ts'

export interface ReportedEvent {
  /** The event's index in the input, from 0. Blank lines are not counted. */
  readonly index: number
  /** The line number, from 1. */
  readonly line: number
  readonly fields: EventFields
}

/** Receives the results of a run. */
export interface Report {
  match(event: ReportedEvent, match: Match, explanation: Explanation | null): void
  miss(event: ReportedEvent, explanation: Explanation): void
  correlation(event: ReportedEvent, match: CorrelationMatch): void
}

/** Buffers text for standard output. Applies back-pressure for a slow reader, so that the buffer stays small. */
export interface Output {
  write(text: string): void
  /** Resolves when there is room for more. */
  room(): Promise<void>
  waits(): boolean
  /** Writes the buffered text. */
  flush(): Promise<void>
}

export function output(): Output {
  let waiting: string[] = []
  let chars = 0
  const flush = async () => {
    const text = waiting.join('')
    waiting = []
    chars = 0
    if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain')
  }
  return {
    write(text) {
      waiting.push(text)
      chars += text.length
    },
    waits: () => chars > 0,
    room: async () => (chars > LIMITS.outputChars ? flush() : undefined),
    flush,
  }
}

/** Writes one line of JSON per match. */
export function jsonReport({ write }: Pick<Output, 'write'>): Report {
  const line = (value: object) => write(`${JSON.stringify(value)}\n`)
  return {
    match({ index, line: number, fields }, match, explanation) {
      const { ruleId, title, level, selections } = match
      line({
        index,
        line: number,
        rule_id: ruleId,
        title,
        level,
        selections,
        fields: heldFields(match, fields),
        ...(explanation === null ? {} : { explanation }),
      })
    },
    miss({ index, line: number }, explanation) {
      const { ruleId, title } = explanation
      line({ index, line: number, rule_id: ruleId, title, held: false, explanation })
    },
    correlation({ index, line: number }, match) {
      const { correlationId, title, level, group, reached, time, evidence } = match
      line({
        index,
        line: number,
        rule_id: correlationId,
        title,
        level,
        selections: [],
        fields: {},
        time: new Date(time).toISOString(),
        group: Object.fromEntries(group),
        reached,
        reason: describeCorrelation(match),
        evidence: evidence.map((one) => ({ index: one.ref, rule_id: one.ruleId })),
      })
    },
  }
}

/** Writes matches for people, with the matching text marked. */
export function readableReport({ write }: Pick<Output, 'write'>): Report {
  const head = ({ line }: ReportedEvent, level: string, title: string, ruleId: string) =>
    `${paint('bold', `line ${line}`)}  ${paint(colourOf(level), level)}  ${visible(title)} ${paint('dim', `(${visible(ruleId)})`)}\n`
  const indented = (explanation: Explanation) =>
    `${describeExplanation(explanation)
      .split('\n')
      .map((one) => `  ${one}`)
      .join('\n')}\n`
  return {
    match(event, match, explanation) {
      write(head(event, match.level, match.title, match.ruleId))
      if (explanation !== null) return write(indented(explanation))
      for (const place of firstOfEachLeaf(match.places)) {
        const text = event.fields.textAt(place)
        if (text !== null)
          write(`  ${paint('cyan', visible(placeName(place)))}  ${markedText(text, match.places, place)}\n`)
      }
      for (const { name, parts } of match.selections)
        write(
          `  ${paint('dim', `${visible(name)}: ${parts.slice(0, 3).map(partText).join(', ')}${parts.length > 3 ? ` and ${parts.length - 3} more` : ''}`)}\n`,
        )
    },
    miss(event, explanation) {
      write(`${paint('bold', `line ${event.line}`)}\n${indented(explanation)}`)
    },
    correlation(event, match) {
      write(`${head(event, match.level, match.title, match.correlationId)}  ${visible(describeCorrelation(match))}\n`)
    },
  }
}

function colourOf(level: string): 'red' | 'yellow' | 'cyan' {
  return level === 'critical' || level === 'high' ? 'red' : level === 'medium' ? 'yellow' : 'cyan'
}

const sameLeaf = (a: Place, b: Place) => a.field === b.field && a.pointer === b.pointer

function firstOfEachLeaf(places: readonly Place[]): readonly Place[] {
  return places.filter((place, index) => places.findIndex((one) => sameLeaf(one, place)) === index)
}

/** The text around the first match, with all matches marked. */
function markedText(text: string, places: readonly Place[], first: Place): string {
  const from = Math.max(0, Math.min(first.start - LIMITS.shownChars / 4, text.length - LIMITS.shownChars))
  const to = Math.min(text.length, from + LIMITS.shownChars)
  let at = from
  let shown = from > 0 ? '…' : ''
  const inOrder = places.filter((place) => sameLeaf(place, first)).toSorted((a, b) => a.start - b.start)
  for (const place of inOrder) {
    const [start, end] = [Math.max(at, place.start), Math.min(to, place.end)]
    if (start >= end) continue
    shown += visible(text.slice(at, start)) + mark(visible(text.slice(start, end)))
    at = end
  }
  return `${shown}${visible(text.slice(at, to))}${to < text.length ? '…' : ''}`
}

/** Marks text with color, or with symbols if there is no color. */
function mark(text: string): string {
  const marked = paint('marked', text)
  return marked === text ? `»${text}«` : marked
}

function partText({
  field,
  modifiers,
  pattern,
}: {
  field: string | null
  modifiers: readonly string[]
  pattern: string
}) {
  const shown = pattern.length > 60 ? `${pattern.slice(0, 59)}…` : pattern
  return `${visible([field ?? 'keyword', ...modifiers].join('|'))} '${visible(shown)}'`
}
