import { entryEvent, fieldTable, jsonEvent, logSourceOf, type Event, type EventLeaf, type FieldTable } from './event.ts'
import type { Found, FoundPart, FoundSelection, LeafPlace, Range } from './found.ts'
import { buildLiteralIndex, type LiteralTables, type Sightings } from './literal-index.ts'
import { router, type LogSourceRow } from './route.ts'
import { viewOf, type Unit } from './unit.ts'
import { valueMatchers, type ValueMatcher } from './value-matcher.ts'
import type { Entry, LogSource } from '../entry.ts'
import { foldCase } from '../fold.ts'
import { LIMITS } from '../limits.ts'
import type { Condition, Search, Selection, Value } from '../parse/rule.ts'
import { REDACTION_LITERALS, suspectedFormats, type SuspectedFormat } from '../redact/redaction-formats.ts'
import type { Literal } from '../regex/regex-literals.ts'

export interface Outcome {
  readonly event: Event
  /** In the order of the rule set. */
  readonly found: readonly Found[]
  /** What in the event looks as if it might have to be masked; null where nothing does. */
  readonly suspected: readonly SuspectedFormat[] | null
  /** The texts of a field of the event. */
  values(field: string): readonly string[]
}

export interface Program {
  entry(entry: Entry, everyRule: boolean): Outcome
  json(text: string, logsource: LogSource | null, everyRule: boolean): Outcome
}

/** Behind all leaves: nobody looks for a match in a name. */
const NAMES_BASE = 2 ** 30

/** A part of a rule, ready to be tried. */
interface Matcher<Item> {
  holds(event: Event): boolean
  /** Adds what held. Called only after `holds` was true. */
  explain(event: Event, into: Item[]): void
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

export interface ProgramOptions {
  /** Fields of which values are asked for, beside those that rules read. */
  readonly fields: readonly string[]
  readonly logSources: readonly LogSourceRow[]
}

export function compileProgram(units: readonly Unit[], { fields: asked, logSources }: ProgramOptions): Program {
  const building = compiler()
  for (const field of asked) building.slot(field)
  const secrets = building.list(REDACTION_LITERALS.any)
  const eachSecret = REDACTION_LITERALS.each.map((literal) => building.list([literal]))
  building.watch(secrets)
  const compiled = units.map((unit) => compileUnit(unit, building))
  const filters = new Map(
    [...new Set(units.flatMap((unit) => unit.filters))].map((filter) => [
      filter,
      compileCondition(filter.condition, filter.selections, building),
    ]),
  )
  const tables = building.finish()
  const seen = buildLiteralIndex(tables)
  building.context.seen = seen
  const { slots, asksPresence } = building
  const fields = fieldTable(slots, asksPresence)

  const always: number[] = []
  const unitsOf: number[][] = tables.lists.map(() => [])
  for (const [number, { witness }] of compiled.entries()) {
    if (witness === null) always.push(number)
    else for (const list of witness) unitsOf[list]?.push(number)
  }
  const route = router(units, logSources)
  const chosen = new Uint8Array(units.length)
  const candidates = new Uint32Array(units.length)

  const attempt = (number: number, event: Event): Found | null => {
    const [unit, matcher] = [units[number], compiled[number]]
    if (unit === undefined || matcher === undefined) return null
    const found = matcher.find(event)
    if (found === null) return null
    const filter = unit.filters.find((one) => filters.get(one)?.holds(event) === false)
    return { unit, ...found, filteredBy: filter?.id ?? null }
  }
  const run = (read: (table: FieldTable) => Event, logsource: LogSource | null, everyRule: boolean): Outcome => {
    const event = read(fields)
    seen.clear()
    building.context.everyRule = everyRule
    for (const leaf of event.leaves) seen.scan(leaf.text, leaf.base)
    // No rule reads names, but a secret may stand in one, or be called one by it.
    for (const name of event.names) seen.scan(name, NAMES_BASE)
    const allowed = logsource === null ? null : route(logsource)
    const suspected = seen.has(secrets) ? suspectedFormats((index) => seen.has(eachSecret[index] ?? secrets)) : null
    let count = 0
    for (let index = 0; index < seen.lists.length; index++) {
      const numbers = unitsOf[seen.lists[index] ?? 0] ?? NONE
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
      const one = attempt(number, event)
      if (one !== null) found.push(one)
    }
    return { event, found, suspected, values: (field) => textsOf(event, fields, field, read) }
  }
  return {
    entry: (entry, everyRule) => run((table) => entryEvent(entry, table), logSourceOf(entry), everyRule),
    json: (text, logsource, everyRule) => run((table) => jsonEvent(text, table), logsource, everyRule),
  }
}

/** The event is read again for a field that nothing named when the rules were compiled. */
function textsOf(
  event: Event,
  fields: FieldTable,
  field: string,
  read: (fields: FieldTable) => Event,
): readonly string[] {
  const slot = fields.slots.get(field)
  const leaves = slot === undefined ? read(fieldTable(new Map([[field, 0]]), false)).bySlot[0] : event.bySlot[slot]
  return (leaves ?? NO_LEAVES).map(({ text }) => text)
}

interface CompiledUnit {
  find(event: Event): Pick<Found, 'selections' | 'places'> | null
  readonly witness: readonly number[] | null
}

function compileUnit(
  { does }: Unit,
  building: Compiler & { readonly slots: ReadonlyMap<string, number> },
): CompiledUnit {
  if ('evaluate' in does) {
    for (const field of does.fields) building.slot(field)
    return {
      find(event) {
        const places = does.evaluate(viewOf(event, building.slots))
        return places && { selections: [], places }
      },
      witness: null,
    }
  }
  const condition = compileCondition(does.condition, does.selections, building)
  return {
    find(event) {
      if (!condition.holds(event)) return null
      const selections: FoundSelection[] = []
      condition.explain(event, selections)
      return { selections, places: [] }
    },
    witness: condition.witness,
  }
}

function compileCondition(
  condition: Condition,
  selections: ReadonlyMap<string, Selection>,
  compiler: Compiler,
): Matcher<FoundSelection> {
  switch (condition.kind) {
    case 'selection': {
      const { name } = condition
      const selection = selections.get(name)
      if (selection === undefined) throw new Error(`The selection ${name} was not read`)
      const { holds, explain, witness } = compileSelection(selection, compiler)
      return {
        holds,
        explain(event, into) {
          if (into.some((known) => known.name === name)) return
          const parts: FoundPart[] = []
          explain(event, parts)
          into.push({ name, parts })
        },
        witness,
      }
    }
    case 'not':
      return negation(compileCondition(condition.part, selections, compiler))
    case 'and':
      return allOf(
        condition.parts.map((part) => compileCondition(part, selections, compiler)),
        compiler,
      )
    case 'or':
      return anyOf(
        condition.parts.map((part) => compileCondition(part, selections, compiler)),
        compiler,
      )
  }
}

function negation<Item>(part: Matcher<Item>): Matcher<Item> {
  return { holds: (event) => !part.holds(event), explain: () => {}, witness: null }
}

function compileSelection(selection: Selection, compiler: Compiler): Matcher<FoundPart> {
  if (selection.kind === 'search') return compileSearch(selection.search, compiler)
  const parts = selection.parts.map((part) => compileSelection(part, compiler))
  return selection.kind === 'all' ? allOf(parts, compiler) : anyOf(parts, compiler)
}

function allOf<Item>(parts: readonly Matcher<Item>[], compiler: Compiler): Matcher<Item> {
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

function anyOf<Item>(parts: readonly Matcher<Item>[], { context }: Pick<Compiler, 'context'>): Matcher<Item> {
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

function compileSearch(search: Search, compiler: Compiler): Matcher<FoundPart> {
  const { field, all, negated, values } = search
  const leavesOf = leafReader(field, compiler)
  const parts = values.map((value, index): Matcher<FoundPart> => {
    const { holds, explain, witness } = compileValue(value, field, leavesOf, compiler)
    return {
      holds,
      explain(event, into) {
        const places: LeafPlace[] = []
        explain(event, places)
        into.push({ search, value: index, places: places.slice(0, LIMITS.placesPerValue) })
      },
      witness,
    }
  })
  const found = all ? allOf(parts, compiler) : anyOf(parts, compiler)
  if (!negated) return found
  return {
    ...negation(found),
    // Nothing in the event is what it should not be: no place shows that.
    explain: (_, into) => into.push(...values.map((_, value) => ({ search, value, places: [] }))),
  }
}

function compileValue(
  value: Value,
  field: string | null,
  leavesOf: LeafReader,
  compiler: Compiler,
): Matcher<LeafPlace> {
  if (value.kind === 'exists' || value.kind === 'null') return presence(value, field ?? '', compiler)
  if (value.kind === 'fieldref') return fieldReference(value, leavesOf, compiler)
  return anyOf(
    valueMatchers(value).map((matcher) => valueSearch(matcher, leavesOf, compiler)),
    compiler,
  )
}

type LeafReader = (event: Event) => readonly EventLeaf[]
const NO_LEAVES: readonly EventLeaf[] = []

function leafReader(field: string | null, compiler: Compiler): LeafReader {
  if (field === null) return (event) => event.leaves
  const slot = compiler.slot(field)
  return (event) => event.bySlot[slot] ?? NO_LEAVES
}

function valueSearch(matcher: ValueMatcher, leavesOf: LeafReader, compiler: Compiler): Matcher<LeafPlace> {
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
): Matcher<LeafPlace> {
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
): Matcher<LeafPlace> {
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
