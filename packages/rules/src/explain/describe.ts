import type { Place } from '../match/match.ts'
import { describeUndecided } from '../match/undecided.ts'
import type {
  ConditionExplanation,
  Excerpt,
  Explanation,
  LogSourceExplanation,
  Miss,
  PartExplanation,
  SearchExplanation,
  SelectionExplanation,
  ValueExplanation,
} from './explanation.ts'

/**
 * Renders an explanation as indented lines, one sentence each, marked ✓ or ✗. The text of events and rules is
 * untrusted, so control, format and bidirectional characters are shown as `<U+202E>`.
 */
export function describeExplanation(explanation: Explanation): string {
  const { title, ruleId, view, held, undecided, filteredBy, logSource, condition, selections, filters } = explanation
  const as = view === undefined ? '' : ` as ${view}`
  const verdict =
    undecided !== null
      ? `is undecided${as}`
      : !held
        ? `does not hold${as}`
        : filteredBy === null
          ? `holds${as}`
          : `holds${as}, but the filter ${visible(filteredBy)} holds it back`
  const lines: Line[] = [
    { depth: 0, held: held && filteredBy === null, text: `${visible(title)} (${visible(ruleId)}) ${verdict}.` },
    ...(undecided === null ? [] : [{ depth: 1, held: false, text: describeUndecided(undecided) }]),
    { depth: 1, held: logSource.held, text: describeLogSource(logSource) },
    ...describeDetection(condition, selections, 1),
  ]
  for (const filter of filters) {
    const text = `Filter ${visible(filter.title)} (${visible(filter.filterId)}) ${filter.held ? 'lets it pass' : 'holds it back'}.`
    lines.push({ depth: 1, held: filter.held, text }, ...describeDetection(filter.condition, filter.selections, 2))
  }
  return lines.map((line) => `${'  '.repeat(line.depth)}${line.held ? '✓' : '✗'} ${line.text}`).join('\n')
}

interface Line {
  readonly depth: number
  readonly held: boolean
  readonly text: string
}

function describeLogSource({ checked, keys }: LogSourceExplanation): string {
  if (!checked) return 'Log source: the event names none, so every rule is tried.'
  if (keys.length === 0) return 'Log source: any.'
  const parts = keys.map(({ key, wanted, found, held }) => {
    const has = held ? '' : ` (the event has ${found === null ? 'none' : quoted(found)})`
    return `${key} ${quoted(wanted)}${has}`
  })
  return `Log source: ${parts.join(', ')}.`
}

function describeDetection(
  condition: ConditionExplanation,
  selections: readonly SelectionExplanation[],
  depth: number,
): Line[] {
  return [
    { depth, held: condition.held, text: `Condition: ${cut(conditionText(condition))}` },
    ...selections.flatMap(({ name, held, body }): Line[] => {
      const parts = body.kind === 'search' ? [body] : body.parts
      const text = `${visible(name)}${body.kind === 'search' || parts.length === 1 ? '' : `: ${heading(body)}`}`
      return [{ depth: depth + 1, held, text }, ...parts.flatMap((part) => describePart(part, depth + 2))]
    }),
  ]
}

/** Formats a condition as in a rule, with parentheses only where they are needed. */
function conditionText(condition: ConditionExplanation, within: 'or' | 'and' | 'not' = 'or'): string {
  switch (condition.kind) {
    case 'selection':
      return visible(condition.name)
    case 'not':
      return `not ${conditionText(condition.part, 'not')}`
    case 'and':
    case 'or': {
      const { kind, parts } = condition
      const text = parts.map((part) => conditionText(part, kind)).join(` ${kind} `)
      const bare = parts.length === 1 || within === 'or' || (within === 'and' && kind === 'and')
      return bare ? text : `(${text})`
    }
  }
}

const heading = ({ kind, parts }: Exclude<PartExplanation, SearchExplanation>) => `${kind} of ${parts.length} parts`

function describePart(part: PartExplanation, depth: number): Line[] {
  if (part.kind === 'search') return describeSearch(part, depth)
  const [only] = part.parts
  if (part.parts.length === 1 && only !== undefined) return describePart(only, depth)
  return [
    { depth, held: part.held, text: heading(part) },
    ...part.parts.flatMap((inner) => describePart(inner, depth + 1)),
  ]
}

function describeSearch(search: SearchExplanation, depth: number): Line[] {
  const { field, modifiers, held, values, valuesLeftOut, all, negated } = search
  const name = field === null ? 'keyword' : [field, ...modifiers].map(visible).join('|')
  const [first] = values
  if (values.length === 1 && valuesLeftOut === 0 && first !== undefined)
    return [{ depth, held, text: `${name}: ${describeValue(first, field)}` }]
  // Show only the values that decided the result: alternatives that matched, or required values that did not.
  const decisive = values.filter((value) => value.held === (held !== negated))
  const count = values.length + valuesLeftOut
  const wanted = negated ? (all ? 'not all' : 'none') : all ? 'all' : 'any'
  const rest = count === decisive.length ? '' : ` (${count - decisive.length} not shown)`
  // Keywords search every text of the event, so they have no common text.
  const common = field === null ? null : commonText(decisive)
  const has = common === null ? '' : `; ${hasText(common, null, first?.triedOn ?? 0)}`
  return [
    { depth, held, text: `${name}: ${wanted} of ${count} values${rest}${has}` },
    ...decisive.map((value) => ({ depth: depth + 1, held: value.held, text: describeValue(value, field, common) })),
  ]
}

/** The excerpt that several missed values share, so that it is shown only once; null if there is none. */
function commonText(values: readonly ValueExplanation[]): Excerpt | null {
  const plain = values.filter(isPlainMiss)
  const [first] = plain
  return plain.length > 1 && first?.found && plain.every(({ found }) => isSame(found, first.found)) ? first.found : null
}

/** Returns whether no part of the value was found in the text, so that nothing in the excerpt is marked. */
const isPlainMiss = ({ miss }: ValueExplanation) => miss !== null && (!('near' in miss) || miss.near === null)

const isSame = (a: Excerpt | null, b: Excerpt | null) =>
  a?.text === b?.text && a?.place.pointer === b?.place.pointer && a?.place.field === b?.place.field

function describeValue(value: ValueExplanation, field: string | null, common: Excerpt | null = null): string {
  const { pattern, held, places, found, miss } = value
  const wanted = quoted(cut(pattern))
  if (miss !== null) {
    const isShown = common !== null && isPlainMiss(value) && isSame(found, common)
    return `${wanted}: ${describeMiss(value, miss, field, isShown)}`
  }
  const [place, ...more] = places
  if (!held || place === undefined || found === null) return `${wanted} holds`
  const others = more.length === 0 ? '' : `, and ${more.length} more`
  return `${wanted} holds at ${place.start}–${place.end} of ${placeName(place)}${others}: ${shown(found, place)}`
}

/** Maximum length of a pattern or a condition, in UTF-16 units. The rule itself shows the whole. */
const RULE_CHARS = 160

const cut = (text: string) => (text.length > RULE_CHARS ? `${text.slice(0, RULE_CHARS)}…` : text)

function hasText(found: Excerpt, marked: Place | null, triedOn: number): string {
  return `${placeName(found.place)} has ${shown(found, marked)}${triedOn > 1 ? ` (one of ${triedOn})` : ''}`
}

/** `isShown`: the excerpt was shown before, so it is left out. */
function describeMiss(
  { pattern, found, triedOn }: ValueExplanation,
  miss: Miss,
  field: string | null,
  isShown: boolean,
): string {
  const subject = field === null ? 'the event' : visible(field)
  const near = 'near' in miss ? miss.near : null
  const has = isShown || found === null ? '' : `: ${hasText(found, near, triedOn)}`
  switch (miss.reason) {
    case 'absent':
      return field === null ? 'the event has no text' : `the event has no ${subject}`
    case 'is_null':
      return `${subject} is null`
    case 'no_value':
      return `${subject} has no value of its own, only names or nothing`
    case 'is_there':
      return `it is there${has}`
    case 'other_text':
      if (field === null && near === null) return 'in no text of the event'
      if (pattern === '') return `not empty${has}`
      return near === null ? `not in it${has}` : `not in it; its beginning is, at ${near.start}–${near.end}${has}`
    case 'other_position':
      return `it stands at ${miss.near.start}–${miss.near.end}, which is not where it is wanted${has}`
    case 'other_case':
      return `only the case of letters differs${has}`
    case 'lacks_literal':
      return `it needs ${miss.literals.map(quoted).join(' or ')}, which is not there${has}`
    case 'regex':
      return `the expression does not match${has}`
    case 'not_a_number':
      return `not a number${has}`
    case 'comparison':
      return `the comparison fails${has}`
    case 'not_an_address':
      return `not an address${has}`
    case 'outside_network':
      return `outside the network${has}`
    case 'not_a_time':
      return `no such part of a time${has}`
    case 'other_time':
      return `it is ${miss.found}${has}`
    case 'reference_absent':
      return `the event has no text in ${visible(miss.field)} to compare with${has}`
    case 'reference_differs':
      return `${hasText(miss.other, null, 0)}${has.replace(': ', ', and ')}`
    case 'undecided':
      return 'undecided: trying it to the end needs more work than a rule may do on one event'
    case 'custom':
      return `not so${has}`
  }
}

const placeName = ({ field, pointer }: Place) =>
  pointer === null || pointer === '' ? visible(field) : `${visible(field)} ${visible(pointer)}`

/** The excerpt in quotes (unless a number), with the range `marked` in brackets, and an ellipsis where it was cut. */
function shown({ text, type, place, leafLength }: Excerpt, marked: Place | null = null): string {
  if (type !== 'string') return visible(text)
  const [from, to] = marked === null ? [0, 0] : [marked.start - place.start, marked.end - place.start]
  const inside =
    from >= to || from < 0
      ? visible(text)
      : `${visible(text.slice(0, from))}⟦${visible(text.slice(from, to))}⟧${visible(text.slice(to))}`
  return `${place.start > 0 ? '…' : ''}"${inside}"${place.end < leafLength ? '…' : ''}`
}

const quoted = (text: string) => `"${visible(text)}"`

/** Escapes control characters, invisible characters and lone surrogates. */
function visible(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
  )
}
