import { KINDS, type Entry, type Kind, type LogSource } from '../entry.ts'
import { LIMITS } from '../limits.ts'
import { LOG_SOURCE_KEYS } from '../parse/log-source.ts'
import { splitDocuments, START } from '../parse/yaml/documents.ts'
import { RuleError, type SourceRange } from '../parse/rule-error.ts'
import { readYaml } from '../parse/yaml/yaml-tree.ts'
import { placed, type Tree, type TreeMap } from './placed-tree.ts'
import type { CaseEvent, Cases, EventCase, RuleCases, SequenceCase, TimedEvent, WantedFire } from './cases.ts'

/** An error in a file of cases, with its place. */
export class CasesError extends Error {
  override readonly name = 'CasesError'
  constructor(
    readonly range: SourceRange,
    /** A sentence for the author of the cases. */
    message: string,
  ) {
    super(message)
  }
}

/**
 * Parses a file of cases: the keys `match`, `no_match`, `rules` and `sequences`, as described in docs/rules-cli.md. Any
 * other key is refused, because events under it would never run. Throws `CasesError`.
 */
export function parseCases(text: string): Cases {
  const root = asMap(readTree(text), 'A file of cases')
  known(root, ['match', 'no_match', 'rules', 'sequences'], 'A file of cases')
  const rules: RuleCases[] = []
  if (child(root, 'match') !== undefined || child(root, 'no_match') !== undefined)
    rules.push(ruleCases(null, root, root.range))
  const named = child(root, 'rules')
  for (const { key, keyRange, value } of named === undefined ? [] : asMap(named, '"rules"').entries) {
    const map = asMap(value, `The cases of ${key}`)
    known(map, ['match', 'no_match'], `The cases of ${key}`)
    rules.push(ruleCases(key, map, keyRange))
  }
  return { rules, sequences: list(child(root, 'sequences'), '"sequences"').map(sequenceCase) }
}

function readTree(text: string): Tree {
  try {
    const [document, another] = splitDocuments(text)
    if (document === undefined) throw new CasesError(START, 'This file holds no cases.')
    if (another !== undefined)
      throw new CasesError(another.places.range(another.offset, another.offset), 'A file of cases is one document.')
    return placed(readYaml(document).root, document.places)
  } catch (error) {
    if (error instanceof RuleError) throw new CasesError(error.range, error.message)
    throw error
  }
}

function ruleCases(rule: string | null, map: TreeMap, range: SourceRange): RuleCases {
  return {
    rule,
    range,
    match: list(child(map, 'match'), '"match"').map(eventCase),
    noMatch: list(child(map, 'no_match'), '"no_match"').map(eventCase),
  }
}

const eventCase = (tree: Tree): EventCase => ({ range: tree.range, event: caseEvent(tree) })

const ENTRY_KEYS = new Set(['sender', 'receiver', 'kind', 'session', 'context', 'payload', 'attributes', 'logsource'])

/** A map with a payload and only keys of an entry is an entry. A text is JSON and is used unchanged. */
function caseEvent(tree: Tree): CaseEvent {
  if (tree.kind === 'scalar' && typeof tree.value === 'string') {
    if (!isJsonObject(tree.text)) throw new CasesError(tree.range, 'An event that is a text holds a JSON object.')
    return { type: 'json', text: tree.text }
  }
  const map = asMap(tree, 'An event')
  const isEntry = child(map, 'payload') !== undefined && map.entries.every(({ key }) => ENTRY_KEYS.has(key))
  return isEntry ? { type: 'entry', entry: entryOf(map) } : { type: 'json', text: toJson(map) }
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

/** Builds an entry. Missing keys have the defaults of an agent's message. */
function entryOf(map: TreeMap): Entry {
  const payload = child(map, 'payload')
  const attributes = child(map, 'attributes')
  return {
    sender: textAt(map, 'sender') ?? 'agent.test',
    receiver: textAt(map, 'receiver'),
    kind: kindOf(map),
    session: textAt(map, 'session'),
    context: textAt(map, 'context'),
    payload:
      payload === undefined || payload.kind === 'scalar'
        ? { type: 'text', text: payload?.text ?? '' }
        : { type: 'json', text: toJson(payload) },
    attributes: attributes === undefined ? null : attributesOf(attributes),
    logsource: logSourceOf(child(map, 'logsource')),
    reportedRisk: null,
    system: null,
  }
}

function kindOf(map: TreeMap): Kind {
  const text = textAt(map, 'kind') ?? 'message'
  const kind = KINDS.find((one) => one === text)
  if (kind === undefined)
    throw new CasesError(child(map, 'kind')?.range ?? map.range, `"kind" is one of ${KINDS.join(', ')}.`)
  return kind
}

function attributesOf(tree: Tree): string | null {
  if (tree.kind === 'scalar' && tree.value === null) return null
  if (tree.kind === 'scalar' && typeof tree.value === 'string' && isJsonObject(tree.text)) return tree.text
  return toJson(asMap(tree, '"attributes"'))
}

function logSourceOf(tree: Tree | undefined): LogSource {
  if (tree === undefined) return {}
  const map = asMap(tree, '"logsource"')
  known(map, LOG_SOURCE_KEYS, '"logsource"')
  return Object.fromEntries(
    LOG_SOURCE_KEYS.flatMap((key) => {
      const text = textAt(map, key)
      return text === null ? [] : [[key, text]]
    }),
  )
}

function sequenceCase(tree: Tree): SequenceCase {
  const map = asMap(tree, 'A sequence')
  known(map, ['events', 'fires'], 'A sequence')
  const events: TimedEvent[] = []
  for (const item of list(child(map, 'events'), '"events"')) {
    for (const event of timedEvents(item)) {
      events.push(event)
      if (events.length > LIMITS.caseEvents)
        throw new CasesError(item.range, `A sequence has at most ${LIMITS.caseEvents} events (caseEvents).`)
    }
  }
  const fires = child(map, 'fires')
  if (fires === undefined)
    throw new CasesError(map.range, 'A sequence says under "fires" what must hold; [] where nothing may.')
  return { range: map.range, events, fires: list(fires, '"fires"').map((one) => wantedFire(one, events.length)) }
}

/** Parses `{at, event}`. With `times` and `every`, the event repeats. */
function* timedEvents(tree: Tree): Generator<TimedEvent> {
  const map = asMap(tree, 'An event of a sequence')
  known(map, ['at', 'event', 'times', 'every'], 'An event of a sequence')
  const [at, what] = [child(map, 'at'), child(map, 'event')]
  if (at === undefined || what === undefined)
    throw new CasesError(map.range, 'An event of a sequence is written as {at, event}: when, and what happened.')
  const time = instant(at)
  const times = whole(child(map, 'times'), '"times"') ?? 1
  const gap = child(map, 'every')
  const every = gap === undefined ? 0 : span(gap)
  const event = caseEvent(what)
  for (let again = 0; again < times; again++) yield { time: time + again * every, event, range: map.range }
}

function wantedFire(tree: Tree, events: number): WantedFire {
  const map = asMap(tree, 'A fire')
  known(map, ['rule', 'event', 'group'], 'A fire')
  const number = whole(child(map, 'event'), '"event"')
  if (number === null || number < 1 || number > events)
    throw new CasesError(
      child(map, 'event')?.range ?? map.range,
      `"event" is the number of the event at which it fires, from 1 to ${events} here.`,
    )
  const group = child(map, 'group')
  return {
    rule: textAt(map, 'rule'),
    event: number - 1,
    group:
      group === undefined
        ? null
        : new Map(asMap(group, '"group"').entries.map(({ key, value }) => [key, scalarText(value, '"group"')])),
    range: map.range,
  }
}

/** The origin of relative times: the start of a day, a week and a year. */
const EPOCH = Date.UTC(2024, 0, 1)
const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Parses a span from the beginning, such as `90s`, or an ISO 8601 instant. */
function instant(tree: Tree): number {
  const text = scalarText(tree, '"at"')
  if (!/^\d{4}-/.test(text)) return EPOCH + span(tree)
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw new CasesError(tree.range, `"at" is a span such as 90s, or an instant in ISO 8601.`)
  return time
}

function span(tree: Tree): number {
  const [, digits, unit = 's'] = /^(\d{1,12})(ms|s|m|h|d)$/.exec(scalarText(tree, 'A span')) ?? []
  const ms = UNITS[unit as keyof typeof UNITS]
  if (digits === undefined)
    throw new CasesError(tree.range, 'A span of time is a number and a unit: 500ms, 90s, 5m, 2h or 1d.')
  return Number(digits) * ms
}

function whole(tree: Tree | undefined, name: string): number | null {
  if (tree === undefined) return null
  const value = tree.kind === 'scalar' ? tree.value : null
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1)
    throw new CasesError(tree.range, `${name} is a whole number from 1.`)
  return value
}

function child(map: TreeMap, key: string): Tree | undefined {
  return map.entries.find((entry) => entry.key === key)?.value
}

function known(map: TreeMap, keys: readonly string[], what: string): void {
  for (const { key, keyRange } of map.entries)
    if (!keys.includes(key)) throw new CasesError(keyRange, `${what} has ${keys.join(', ')}, not "${key}".`)
}

function asMap(tree: Tree, what: string): TreeMap {
  if (tree.kind !== 'map') throw new CasesError(tree.range, `${what} is a map.`)
  return tree
}

function list(tree: Tree | undefined, what: string): readonly Tree[] {
  if (tree === undefined || (tree.kind === 'scalar' && tree.value === null)) return []
  if (tree.kind !== 'list') throw new CasesError(tree.range, `${what} is a list.`)
  return tree.items
}

function textAt(map: TreeMap, key: string): string | null {
  const tree = child(map, key)
  return tree === undefined || (tree.kind === 'scalar' && tree.value === null) ? null : scalarText(tree, `"${key}"`)
}

function scalarText(tree: Tree, what: string): string {
  if (tree.kind !== 'scalar') throw new CasesError(tree.range, `${what} is a text.`)
  return tree.text
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** Converts the event to JSON. Numbers keep their digits. */
function toJson(tree: Tree): string {
  switch (tree.kind) {
    case 'map':
      return `{${tree.entries.map(({ key, value }) => `${JSON.stringify(key)}:${toJson(value)}`).join()}}`
    case 'list':
      return `[${tree.items.map(toJson).join()}]`
    case 'scalar':
      if (typeof tree.value !== 'number') return JSON.stringify(tree.value)
      return JSON_NUMBER.test(tree.text) ? tree.text : JSON.stringify(tree.text)
  }
}
