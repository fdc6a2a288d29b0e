import { entryEvent, jsonEvent, logSourceOf, type Event, type EventLeaf, type FieldTable } from './event.ts'
import type { Entry, LogSource } from '../entry.ts'
import { foldCase } from '../fold.ts'
import { LIMITS } from '../limits.ts'
import type { Literal } from '../regex/regex-literals.ts'
import { buildLiteralIndex, type LiteralTables, type Sightings } from './literal-index.ts'
import { REDACTION_LITERALS, suspectedFormats, type SuspectedFormat } from '../redact/redaction-formats.ts'
import { RuleError } from '../parse/rule-error.ts'
import type { Condition, Rule, Search, Selection, Value } from '../parse/rule.ts'
import { sha256 } from '../sha256.ts'
import { valueMatchers, type Range, type ValueMatcher } from './value-matcher.ts'

/** Rules, compiled together. Made once, shared by everyone who judges with the same rules. */
export interface RuleSet {
  /** SHA-256, hex: the same rules have the same hash, in whatever order they came. */
  readonly hash: string
  readonly rules: readonly Rule[]
  readonly program: Program
}

/** What held in one leaf. */
export interface LeafPlace extends Range {
  readonly leaf: EventLeaf
}

export interface Found {
  readonly rule: Rule
  readonly places: readonly LeafPlace[]
}

export interface Outcome {
  readonly event: Event
  /** In the order of the rule set. */
  readonly found: readonly Found[]
  /** What in the event looks as if it might have to be masked; null where nothing does. */
  readonly suspected: readonly SuspectedFormat[] | null
}

export interface Program {
  entry(entry: Entry, everyRule: boolean): Outcome
  json(text: string, logsource: LogSource | null, everyRule: boolean): Outcome
}

/** Behind all leaves: nobody looks for a match in a name. */
const NAMES_BASE = 2 ** 30

/** Throws `RuleError` where two rules have one id. */
export function compileRuleSet(rules: readonly Rule[]): RuleSet {
  const ids = new Set<string>()
  for (const { id } of rules) {
    if (ids.has(id))
      throw new RuleError('duplicate_id', { line: 1, column: 1, endLine: 1, endColumn: 1 }, `Two rules are "${id}".`)
    ids.add(id)
  }
  const hash = sha256(
    rules
      .map((rule) => rule.hash)
      .sort()
      .join('\n'),
  )
  return { hash, rules, program: compileProgram(rules) }
}

/** A part of a rule, ready to be tried. */
interface Matcher {
  holds(event: Event): boolean
  /** Adds the places of what held. Called only after `holds` was true. */
  explain(event: Event, into: LeafPlace[]): void
  /** In each event for which it holds, one of these lists was seen; null where nothing can be said. They are watched. */
  readonly witness: readonly number[] | null
}

interface Compiler {
  slot(field: string): number
  /** Numbers a list of literals. */
  list(literals: readonly Literal[]): number
  /** Wants to know at once when a literal of the list is seen. */
  watch(list: number): void
  /** Numbers a literal of which the places are wanted. */
  tracked(literal: Literal): number
  /** How much it says that a literal of the list was seen. */
  worth(list: number): number
  /** What was seen in the event that is being tried. */
  readonly context: { seen: Sightings; everyRule: boolean }
  asksPresence: boolean
}

function compiler(): Compiler & { readonly slots: ReadonlyMap<string, number>; finish(): LiteralTables } {
  const slots = new Map<string, number>()
  const numbers = new Map<string, number>()
  const literals: Literal[] = []
  const lists: number[][] = []
  const watched = new Set<number>()
  const listNumbers = new Map<string, number>()
  const worths: number[] = []
  const tracked = new Set<number>()
  const intern = (literal: Literal) => {
    const key = literalKey(literal)
    const number = numbers.get(key) ?? literals.length
    if (number === literals.length) {
      numbers.set(key, number)
      literals.push(literal)
    }
    return number
  }
  return {
    slots,
    slot(field) {
      const slot = slots.get(field) ?? slots.size
      slots.set(field, slot)
      return slot
    },
    list(members) {
      const ids = [...new Set(members.map(intern))].sort((a, b) => a - b)
      const key = ids.join()
      const known = listNumbers.get(key)
      if (known !== undefined) return known
      const list = listNumbers.size
      listNumbers.set(key, list)
      lists.push(ids)
      const lengths = members.map(
        ({ text, wordStart, wordEnd }) => text.length + (wordStart ? 1 : 0) + (wordEnd ? 1 : 0),
      )
      worths.push(Math.min(12, ...lengths) - members.length / 16)
      return list
    },
    watch: (list) => watched.add(list),
    tracked(literal) {
      const number = intern(literal)
      tracked.add(number)
      return number
    },
    worth: (list) => worths[list] ?? 0,
    context: { seen: NOTHING_SEEN, everyRule: false },
    asksPresence: false,
    finish: () => ({ literals, lists, watched, tracked }),
  }
}

const literalKey = ({ text, wordStart, wordEnd }: Literal) => `${wordStart ? '<' : ' '}${wordEnd ? '>' : ' '}${text}`
const NOTHING_SEEN: Sightings = { has: () => false, watched: new Uint8Array(0), lists: [], placesOf: () => {} }

function compileProgram(rules: readonly Rule[]): Program {
  const building = compiler()
  const secrets = building.list(REDACTION_LITERALS.any)
  const eachSecret = REDACTION_LITERALS.each.map((literal) => building.list([literal]))
  building.watch(secrets)
  const compiled = rules.map((rule) => compileCondition(rule.condition, rule, building))
  const tables = building.finish()
  const seen = buildLiteralIndex(tables)
  building.context.seen = seen
  const { slots, asksPresence } = building
  const fields: FieldTable = {
    slots,
    asksPresence,
    nested: new Set([...slots.keys()].filter((name) => name.includes('.')).map((name) => name.split('.', 1).join())),
  }

  const always: number[] = []
  const rulesOf: number[][] = tables.lists.map(() => [])
  for (const [number, { witness }] of compiled.entries()) {
    if (witness === null) always.push(number)
    else for (const list of witness) rulesOf[list]?.push(number)
  }
  const route = router(rules)
  const chosen = new Uint8Array(rules.length)
  const candidates = new Uint32Array(rules.length)

  const run = (event: Event, logsource: LogSource | null, everyRule: boolean): Outcome => {
    seen.clear()
    building.context.everyRule = everyRule
    for (const leaf of event.leaves) seen.scan(leaf.text, leaf.base)
    // No rule reads names, but a secret may stand in one, or be called one by it.
    for (const name of event.names) seen.scan(name, NAMES_BASE)
    const allowed = logsource === null ? null : route(logsource)
    const suspected = seen.has(secrets) ? suspectedFormats((index) => seen.has(eachSecret[index] ?? secrets)) : null
    let count = 0
    for (let index = 0; index < seen.lists.length; index++) {
      const numbers = rulesOf[seen.lists[index] ?? 0] ?? NONE
      for (let at = 0; at < numbers.length; at++) {
        const number = numbers[at] ?? 0
        if (chosen[number] === 1) continue
        chosen[number] = 1
        candidates[count++] = number
      }
    }
    for (const number of everyRule ? compiled.keys() : always) {
      if (chosen[number] === 1) continue
      chosen[number] = 1
      candidates[count++] = number
    }
    candidates.subarray(0, count).sort()
    const found: Found[] = []
    for (let index = 0; index < count; index++) {
      const number = candidates[index] ?? 0
      chosen[number] = 0
      if (allowed !== null && allowed[number] === 0) continue
      const matcher = compiled[number]
      const rule = rules[number]
      if (matcher === undefined || rule === undefined || !matcher.holds(event)) continue
      const places: LeafPlace[] = []
      matcher.explain(event, places)
      found.push({ rule, places: tidy(places, event) })
    }
    return { event, found, suspected }
  }
  return {
    entry: (entry, everyRule) => run(entryEvent(entry, fields), logSourceOf(entry), everyRule),
    json: (text, logsource, everyRule) => run(jsonEvent(text, fields), logsource, everyRule),
  }
}

/** In the order of the event, each once, at most so many. */
function tidy(places: LeafPlace[], event: Event): LeafPlace[] {
  if (places.length < 2) return places
  const order = new Map(event.leaves.map((leaf, index) => [leaf, index]))
  const rank = (place: LeafPlace) => order.get(place.leaf) ?? 0
  places.sort((a, b) => rank(a) - rank(b) || a.start - b.start || a.end - b.end)
  return places
    .filter((place, index) => {
      const before = places[index - 1]
      return (
        before === undefined || before.leaf !== place.leaf || before.start !== place.start || before.end !== place.end
      )
    })
    .slice(0, LIMITS.placesPerMatch)
}

/** Which rules a log source is for: those of which every key that they name equals it. */
function router(rules: readonly Rule[]): (source: LogSource) => Uint8Array {
  const known = new Map<string, Uint8Array>()
  const compute = (source: LogSource) =>
    Uint8Array.from(rules, ({ logsource: { product, category, service } }) =>
      (product === undefined || product === source.product) &&
      (category === undefined || category === source.category) &&
      (service === undefined || service === source.service)
        ? 1
        : 0,
    )
  return (source) => {
    const key = `${source.product ?? ''}\0${source.category ?? ''}\0${source.service ?? ''}`
    const found = known.get(key) ?? compute(source)
    // Agents may name any log source: what is remembered has a bound.
    if (known.size < LIMITS.rememberedLogSources) known.set(key, found)
    return found
  }
}

function compileCondition(condition: Condition, rule: Rule, compiler: Compiler): Matcher {
  switch (condition.kind) {
    case 'selection': {
      const selection = rule.selections.get(condition.name)
      if (selection === undefined) throw new Error(`The selection ${condition.name} was not read`)
      return compileSelection(selection, compiler)
    }
    case 'not': {
      return negation(compileCondition(condition.part, rule, compiler))
    }
    case 'and':
      return allOf(
        condition.parts.map((part) => compileCondition(part, rule, compiler)),
        compiler,
      )
    case 'or':
      return anyOf(
        condition.parts.map((part) => compileCondition(part, rule, compiler)),
        compiler,
      )
  }
}

function negation(part: Matcher): Matcher {
  return { holds: (event) => !part.holds(event), explain: () => {}, witness: null }
}

function compileSelection(selection: Selection, compiler: Compiler): Matcher {
  if (selection.kind === 'search') return compileSearch(selection.search, compiler)
  const parts = selection.parts.map((part) => compileSelection(part, compiler))
  return selection.kind === 'all' ? allOf(parts, compiler) : anyOf(parts, compiler)
}

function allOf(parts: readonly Matcher[], compiler: Compiler): Matcher {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  return {
    holds: (event) => parts.every((part) => part.holds(event)),
    explain: (event, into) => {
      for (const part of parts) part.explain(event, into)
    },
    witness: rarest(
      parts.map((part) => part.witness),
      compiler,
    ),
  }
}

function anyOf(parts: readonly Matcher[], { context }: Pick<Compiler, 'context'>): Matcher {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  // Some rules have a hundred alternatives: those of which nothing was seen are passed over without a call.
  const gates = Int32Array.from(parts, ({ witness }) => (witness?.length === 1 ? (witness[0] ?? -1) : -1))
  const holds = (event: Event) => {
    const { everyRule } = context
    const { watched } = context.seen
    for (let index = 0; index < parts.length; index++) {
      const gate = gates[index] ?? -1
      if (gate >= 0 && !everyRule && watched[gate] !== 1) continue
      if (parts[index]?.holds(event)) return true
    }
    return false
  }
  return {
    holds,
    explain: (event, into) => {
      for (const part of parts) if (part.holds(event)) part.explain(event, into)
    },
    witness: union(parts.map((part) => part.witness)),
  }
}

function union(witnesses: readonly (readonly number[] | null)[]): number[] | null {
  const all = new Set<number>()
  for (const witness of witnesses) {
    if (witness === null) return null
    for (const list of witness) all.add(list)
  }
  return [...all]
}

/** The witness that most events lack. */
function rarest(witnesses: readonly (readonly number[] | null)[], compiler: Compiler): readonly number[] | null {
  let best: readonly number[] | null = null
  let bestWorth = -Infinity
  for (const witness of witnesses) {
    if (witness === null) continue
    const worth = Math.min(...witness.map((list) => compiler.worth(list))) - witness.length / 16
    if (worth > bestWorth) [best, bestWorth] = [witness, worth]
  }
  return best
}

function compileSearch(search: Search, compiler: Compiler): Matcher {
  const { field, all, negated, values } = search
  const leavesOf = leafReader(field, compiler)
  const parts = values.map((value): Matcher => {
    if (value.kind === 'exists' || value.kind === 'null') return presence(value, field ?? '', compiler)
    if (value.kind === 'fieldref') return fieldReference(value, leavesOf, compiler)
    return anyOf(
      valueMatchers(value).map((matcher) => valueSearch(matcher, leavesOf, compiler)),
      compiler,
    )
  })
  const found = all ? allOf(parts, compiler) : anyOf(parts, compiler)
  return negated ? negation(found) : found
}

type LeafReader = (event: Event) => readonly EventLeaf[]
const NO_LEAVES: readonly EventLeaf[] = []

function leafReader(field: string | null, compiler: Compiler): LeafReader {
  if (field === null) return (event) => event.leaves
  const slot = compiler.slot(field)
  return (event) => event.bySlot[slot] ?? NO_LEAVES
}

function valueSearch(matcher: ValueMatcher, leavesOf: LeafReader, compiler: Compiler): Matcher {
  const { context } = compiler
  const lists = matcher.requires.map((list) => compiler.list(list))
  const witness = rarest(
    lists.map((list) => [list]),
    compiler,
  )
  for (const list of witness ?? []) compiler.watch(list)
  // What is seen least often is asked first, and without a look at its literals.
  const requires = [...new Set([...(witness ?? []), ...lists])]
  const { at } = matcher
  const firsts = at?.firsts.map((literal) => compiler.tracked(literal)) ?? []
  const everywhere = () => at === null || context.everyRule
  /** The leaf and its starts, for each leaf of the field in which a match may begin. */
  const candidates = (event: Event): readonly Candidate[] => {
    const leaves = leavesOf(event)
    if (everywhere()) return leaves.map((leaf) => ({ leaf, starts: NONE }))
    const places: number[] = []
    for (const literal of firsts) context.seen.placesOf(literal, places)
    if (places.length > 1) places.sort((a, b) => a - b)
    return distribute(places, leaves)
  }
  const matches = ({ leaf, starts }: Candidate) =>
    leaf.type !== 'null' && (at === null || everywhere() ? matcher.test(leaf) : at.test(leaf, starts))
  return {
    holds(event) {
      for (const list of requires) if (!context.seen.has(list) && !context.everyRule) return false
      return candidates(event).some(matches)
    },
    explain(event, into) {
      let left: number = LIMITS.placesPerValue
      for (const candidate of candidates(event)) {
        if (left <= 0) return
        if (!matches(candidate)) continue
        const { leaf, starts } = candidate
        const found = at === null || everywhere() ? matcher.find(leaf, left) : at.find(leaf, starts, left)
        for (const { start, end } of found) {
          into.push({ leaf, start, end })
          left--
        }
      }
    },
    witness,
  }
}

interface Candidate {
  readonly leaf: EventLeaf
  /** Where in it a match may begin, in order. */
  readonly starts: readonly number[]
}
const NONE: readonly number[] = []

/** Gives each leaf those of the places, all in the order of the event, that are in it. Leaves without any are left out. */
function distribute(places: readonly number[], leaves: readonly EventLeaf[]): Candidate[] {
  const found: Candidate[] = []
  let next = 0
  for (const leaf of leaves) {
    const end = leaf.base + leaf.text.length
    while ((places[next] ?? Infinity) < leaf.base) next++
    const starts: number[] = []
    for (let place = places[next]; place !== undefined && place < end; place = places[++next])
      if (starts.at(-1) !== place - leaf.base) starts.push(place - leaf.base)
    if (starts.length > 0) found.push({ leaf, starts })
  }
  return found
}

/** Holds where a leaf of the one field is, or has in it, a leaf of the other: as plain text, without wildcards. */
function fieldReference(
  value: Value & { readonly kind: 'fieldref' },
  leavesOf: LeafReader,
  compiler: Compiler,
): Matcher {
  const { place, cased } = value
  const othersOf = leafReader(value.field, compiler)
  const read = ({ text }: EventLeaf) => (cased ? text : foldCase(text))
  const find = (text: string, other: string): Range | null => {
    const at = place === 'contains' ? text.indexOf(other) : place === 'endswith' ? text.length - other.length : 0
    if (at < 0 || !text.startsWith(other, at) || (place === 'whole' && text !== other)) return null
    return { start: at, end: at + other.length }
  }
  const places = (event: Event): LeafPlace[] => {
    const others = othersOf(event)
      .filter(({ type }) => type !== 'null')
      .map(read)
    return leavesOf(event).flatMap((leaf) => {
      if (leaf.type === 'null') return []
      const text = read(leaf)
      return others
        .map((other) => find(text, other))
        .filter((range) => range !== null)
        .slice(0, 1)
        .map((range) => ({ leaf, ...range }))
    })
  }
  return {
    holds: (event) => places(event).length > 0,
    explain: (event, into) => void into.push(...places(event)),
    witness: null,
  }
}

function presence(
  value: { readonly kind: 'exists'; readonly wanted: boolean } | { readonly kind: 'null' },
  field: string,
  compiler: Compiler,
): Matcher {
  const slot = compiler.slot(field)
  compiler.asksPresence = true
  const isNull = (leaf: EventLeaf) => leaf.type === 'null'
  const holds =
    value.kind === 'exists'
      ? (event: Event) => (event.present[slot] ?? false) === value.wanted
      : (event: Event) => !(event.present[slot] ?? false) || (event.bySlot[slot]?.some(isNull) ?? false)
  return {
    holds,
    explain(event, into) {
      const [leaf] = event.bySlot[slot] ?? NO_LEAVES
      if (leaf !== undefined) into.push({ leaf, start: 0, end: leaf.text.length })
    },
    witness: null,
  }
}
