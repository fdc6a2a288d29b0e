import type { Entry, LogSource } from '../entry.ts'
import { insidePair } from '../inside-pair.ts'
import { LIMITS } from '../limits.ts'
import { appliesTo, compileRuleSet, type RuleSet } from '../match/rule-set.ts'
import { evaluateEntry, evaluateJson } from '../match/evaluate.ts'
import { entryEvent, fieldTable, jsonEvent, logSourceOf, type Event, type EventLeaf } from '../match/event.ts'
import { toPlace, type FoundSelection } from '../match/found.ts'
import type { LeafPlace } from '../match/leaf-place.ts'
import { sourcesOf, type LogSourceRow } from '../match/route.ts'
import type { ViewsOf } from '../match/view.ts'
import { OVER_BUDGET, workBudget, type Spent } from '../match/work-budget.ts'
import { covers, LOG_SOURCE_KEYS } from '../parse/log-source.ts'
import { namesIn } from '../parse/names-in.ts'
import type { Condition, Filter, Rule, Search, Selection, Value } from '../parse/rule.ts'
import type {
  ConditionExplanation,
  Excerpt,
  Explanation,
  FilterExplanation,
  LogSourceExplanation,
  Miss,
  PartExplanation,
  SelectionExplanation,
  ValueExplanation,
} from './explanation.ts'
import { metered } from '../work-meter.ts'
import { nearestMiss } from './miss.ts'

export interface ExplainOptions {
  /** The log source of a JSON event; an entry has its own. If null, it is unknown and every rule applies. */
  readonly logsource?: LogSource | null
  /** Filters that do not apply to the rule are ignored. */
  readonly filters?: readonly Filter[]
  /** Log source mappings, as for `compileRuleSet`. */
  readonly logSources?: readonly LogSourceRow[]
  /** Derives the views of an entry, as for `judge`. */
  readonly views?: ViewsOf
}

/**
 * Explains why the rule matches the event or does not. The event is an entry, or the text of a JSON object whose
 * top-level keys are the fields. Each value is evaluated by the matcher itself, as a rule of its own, so the two cannot
 * disagree; only `and`, `or` and `not` are evaluated here. It costs about as much as compiling and matching the rule,
 * so use it for people and not for every entry. Throws `JsonTextError` if the text is not JSON.
 */
export function explain(rule: Rule, event: Entry | string, options: ExplainOptions = {}): Explanation {
  return createExplainer(rule, options)(event)
}

/** Explains one event after another. `logsource` replaces the option for this JSON event. */
export type Explainer = (event: Entry | string, logsource?: LogSource | null) => Explanation

/** Like `explain`, for many events: compiles the rule once. */
export function createExplainer(rule: Rule, options: ExplainOptions = {}): Explainer {
  const filters = (options.filters ?? []).filter((filter) => appliesTo(filter, rule.id, rule.name, rule.logsource))
  const read = subjectReader([rule, ...filters])
  const rows = options.logSources ?? []
  // Each value below has its own budget, so only the whole rule can tell whether it is undecided.
  const alone = compileRuleSet([rule], { filters })
  const undecidedIn = (event: Entry | string): Spent | null => {
    const { undecided } = typeof event === 'string' ? evaluateJson(event, alone) : evaluateEntry(event, alone)
    const [spent] = undecided
    return spent === undefined ? null : { steps: spent.steps, limit: spent.limit, allowed: spent.allowed }
  }
  const explainOne = (event: Entry | string, logsource: LogSource | null): Explanation => {
    const subject = read(event)
    const logSource = explainLogSource(rule.logsource, logsource, rows)
    const { condition, selections } = explainDetection(rule, subject)
    const undecided = logSource.held ? undecidedIn(event) : null
    const held = logSource.held && condition.held && undecided === null
    const explained = filters.map((filter): FilterExplanation => {
      const detection = explainDetection(filter, subject)
      return { filterId: filter.id, title: filter.title, held: detection.condition.held, ...detection }
    })
    return {
      ruleId: rule.id,
      title: rule.title,
      held,
      undecided,
      filteredBy: held ? (explained.find((filter) => !filter.held)?.filterId ?? null) : null,
      logSource,
      condition,
      selections,
      filters: explained,
    }
  }
  return (event, logsource = options.logsource ?? null) => {
    if (typeof event === 'string') return explainOne(event, logsource)
    const own = explainOne(event, logSourceOf(event))
    const tried: Explanation[] = [own]
    for (const view of options.views?.(event, null) ?? [])
      if (explainLogSource(rule.logsource, view.logsource, rows).held)
        tried.push({ ...explainOne(view.json(), view.logsource), view: view.title })
    return (
      tried.find(({ held, filteredBy }) => held && filteredBy === null) ??
      tried.find(({ held }) => held) ??
      tried.find(({ undecided }) => undecided !== null) ??
      tried.find(({ logSource }) => logSource.held) ??
      own
    )
  }
}

function explainLogSource(
  wanted: LogSource,
  own: LogSource | null,
  rows: readonly LogSourceRow[],
): LogSourceExplanation {
  const sources = own === null ? [] : sourcesOf(own, rows)
  const found = sources.find((source) => covers(wanted, source)) ?? own
  const keys = LOG_SOURCE_KEYS.flatMap((key) => {
    const value = wanted[key]
    if (value === undefined) return []
    const there = found?.[key] ?? null
    return [{ key, wanted: value, found: there, held: found === null || there === value }]
  })
  return { held: keys.every(({ held }) => held), checked: found !== null, keys }
}

/** The part of a rule or a filter that is evaluated on the event. */
type Detection = Pick<Rule, 'selections' | 'condition'>

/** The event under explanation: its fields, and which values match. */
interface Subject {
  readonly event: Event
  readonly slots: ReadonlyMap<string, number>
  /** Null if the value does not match. */
  places(value: Value): readonly LeafPlace[] | null
  /** Returns whether the work budget ran out before it was known whether the value matches. */
  isUndecided(value: Value): boolean
}

function subjectReader(detections: readonly Detection[]): (event: Entry | string) => Subject {
  const searches = detections.flatMap(({ selections }) => [...selections.values()].flatMap(searchesOf))
  const fields = fieldTable(slotsOf(searches), true)
  const ruleSet = oneRuleEach(searches)
  const numbers = new Map(searches.flatMap(({ values }) => values).map((value, number) => [value, String(number)]))
  return (event) => {
    const { program } = ruleSet
    const { found, undecided } =
      typeof event === 'string' ? program.json(event, null, false) : program.entry(event, false)
    const places = new Map(found.map(({ unit, selections }) => [unit.id, selections.flatMap(placesOf)]))
    return {
      event: typeof event === 'string' ? jsonEvent(event, fields) : entryEvent(event, fields),
      slots: fields.slots,
      places: (value) => places.get(numbers.get(value) ?? '') ?? null,
      isUndecided: (value) => undecided.some(({ ruleId }) => ruleId === numbers.get(value)),
    }
  }
}

const placesOf = ({ parts }: FoundSelection) => parts.flatMap(({ places }) => places)

function searchesOf(selection: Selection): readonly Search[] {
  return selection.kind === 'search' ? [selection.search] : selection.parts.flatMap(searchesOf)
}

/** A rule set with one rule per value. */
function oneRuleEach(searches: readonly Search[]): RuleSet {
  const values = searches.flatMap((search) => search.values.map((value) => ({ search, value })))
  return compileRuleSet(
    values.map(({ search, value }, number): Rule => {
      const alone: Search = { ...search, values: [value], all: false, negated: false }
      return {
        ...NO_HEAD,
        id: String(number),
        hash: String(number),
        selections: new Map([['value', { kind: 'search', search: alone }]]),
      }
    }),
  )
}

const NO_HEAD: Omit<Rule, 'id' | 'hash' | 'selections'> = {
  kind: 'rule',
  name: null,
  title: '',
  description: null,
  status: null,
  author: null,
  date: null,
  modified: null,
  license: null,
  references: [],
  tags: [],
  falsepositives: [],
  level: 'informational',
  points: 0,
  family: '',
  // An empty log source applies to every event.
  logsource: {},
  condition: { kind: 'selection', name: 'value' },
  text: '',
}

/** The fields that the searches read, numbered. */
function slotsOf(searches: readonly Search[]): ReadonlyMap<string, number> {
  const names = searches.flatMap(({ field, values }) => [
    ...(field === null ? [] : [field]),
    ...values.flatMap((value) => (value.kind === 'fieldref' ? [value.field] : [])),
  ])
  return new Map([...new Set(names)].map((name, slot) => [name, slot]))
}

function explainDetection(
  { selections, condition }: Detection,
  subject: Subject,
): { readonly condition: ConditionExplanation; readonly selections: readonly SelectionExplanation[] } {
  const explained = new Map<string, SelectionExplanation>()
  for (const name of namesIn(condition)) {
    const selection = selections.get(name)
    if (selection === undefined) continue
    const body = explainPart(selection, subject)
    explained.set(name, { name, held: body.held, body })
  }
  return { condition: explainCondition(condition, explained), selections: [...explained.values()] }
}

function explainCondition(
  condition: Condition,
  selections: ReadonlyMap<string, SelectionExplanation>,
): ConditionExplanation {
  switch (condition.kind) {
    case 'selection':
      return { kind: 'selection', name: condition.name, held: selections.get(condition.name)?.held ?? false }
    case 'not': {
      const part = explainCondition(condition.part, selections)
      return { kind: 'not', held: !part.held, part }
    }
    case 'and':
    case 'or': {
      const parts = condition.parts.map((part) => explainCondition(part, selections))
      return { kind: condition.kind, held: heldOf(parts, condition.kind === 'and'), parts }
    }
  }
}

function explainPart(selection: Selection, subject: Subject): PartExplanation {
  if (selection.kind === 'search') return explainSearch(selection.search, subject)
  const parts = selection.parts.map((part) => explainPart(part, subject))
  return { kind: selection.kind, held: heldOf(parts, selection.kind === 'all'), parts }
}

const heldOf = (parts: readonly { readonly held: boolean }[], all: boolean) =>
  all ? parts.every(({ held }) => held) : parts.some(({ held }) => held)

function explainSearch(search: Search, subject: Subject): PartExplanation {
  const { field, modifiers, all, negated, values } = search
  const tried = values.map((value, index) => ({ value, index, places: subject.places(value) }))
  const found = heldOf(
    tried.map(({ places }) => ({ held: places !== null })),
    all,
  )
  // Some rules have thousands of values, so show those that decided the result first.
  const decisive = tried.filter(({ places }) => (places !== null) === found)
  const others = tried.filter(({ places }) => (places !== null) !== found)
  const triedOn = leavesOf(subject, field).filter(({ type }) => type !== 'null').length
  const shown = [...decisive, ...others].slice(0, LIMITS.explainedValues).sort((a, b) => a.index - b.index)
  return {
    kind: 'search',
    held: found !== negated,
    field,
    modifiers,
    all,
    negated,
    values: shown.map(({ value, index, places }) => ({
      value: index,
      pattern: value.pattern,
      triedOn,
      ...(places === null ? explainMiss(value, field, subject) : explainHeld(places)),
    })),
    valuesLeftOut: values.length - shown.length,
  }
}

type ValueOutcome = Pick<ValueExplanation, 'held' | 'places' | 'found' | 'miss'>

function explainHeld(places: readonly LeafPlace[]): ValueOutcome {
  const [first] = places
  return { held: true, places: places.map(toPlace), found: first ? excerpt(first.leaf, first) : null, miss: null }
}

function explainMiss(value: Value, field: string | null, subject: Subject): ValueOutcome {
  const missed = (found: Excerpt | null, miss: Miss): ValueOutcome => ({ held: false, places: [], found, miss })
  const [first, ...more] = leavesOf(subject, field)
  if (value.kind === 'exists' || value.kind === 'null') {
    const found = first === undefined ? null : excerpt(first, null)
    return missed(found, { reason: value.kind === 'exists' && value.wanted ? 'absent' : 'is_there' })
  }
  if (first === undefined) return missed(null, { reason: isPresent(subject, field) ? 'no_value' : 'absent' })
  const [text, ...rest] = [first, ...more].filter(({ type }) => type !== 'null')
  if (text === undefined) return missed(excerpt(first, null), { reason: 'is_null' })
  if (value.kind === 'fieldref') {
    const other = leavesOf(subject, value.field).find(({ type }) => type !== 'null')
    return missed(
      excerpt(text, null),
      other === undefined
        ? { reason: 'reference_absent', field: value.field }
        : { reason: 'reference_differs', field: value.field, other: excerpt(other, null) },
    )
  }
  const missing = subject.isUndecided(value)
    ? null
    : withinBudget(() => nearestMiss(value, [text, ...rest.slice(0, LIMITS.explainedLeaves - 1)]), subject.event)
  if (missing === null) return missed(excerpt(text, null), { reason: 'undecided' })
  const { leaf, near, miss } = missing
  const found = excerpt(leaf, near)
  const nearPlace = near === null ? null : toPlace({ leaf, ...near })
  if (miss.reason === 'other_text') return missed(found, { reason: 'other_text', near: nearPlace })
  if (miss.reason === 'other_position')
    return missed(found, { reason: 'other_position', near: nearPlace ?? found.place })
  return missed(found, miss)
}

function leavesOf({ event, slots }: Subject, field: string | null): readonly EventLeaf[] {
  if (field === null) return event.leaves
  return event.bySlot[slots.get(field) ?? -1] ?? []
}

/** Null if the work exceeds a rule's budget for the event. */
function withinBudget<Result>(work: () => Result, { length }: Event): Result | null {
  const budget = workBudget(1)
  budget.read(length)
  try {
    return metered(budget, work)
  } catch (error) {
    if (error !== OVER_BUDGET) throw error
    return null
  }
}

function isPresent({ event, slots }: Subject, field: string | null): boolean {
  return field !== null && (event.present[slots.get(field) ?? -1] ?? false)
}

/** The part of the leaf centered on `around`, or its beginning if `around` is null. */
function excerpt(leaf: EventLeaf, around: { readonly start: number; readonly end: number } | null): Excerpt {
  const { text, type } = leaf
  const spare = Math.max(0, LIMITS.excerptChars - (around === null ? LIMITS.excerptChars : around.end - around.start))
  const latest = Math.max(0, text.length - LIMITS.excerptChars)
  const from = around === null ? 0 : Math.min(Math.max(0, around.start - Math.floor(spare / 2)), latest)
  const start = insidePair(text, from) ? from - 1 : from
  const to = Math.min(text.length, from + LIMITS.excerptChars)
  const end = insidePair(text, to) ? to - 1 : to
  return { place: toPlace({ leaf, start, end }), text: text.slice(start, end), type, leafLength: text.length }
}
