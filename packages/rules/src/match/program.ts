import { ANY_FIELD, atomTable, type Atom, type AtomTable } from './atoms.ts'
import { compileCondition } from './condition.ts'
import { entryEvent, fieldTable, jsonEvent, leavesOf, logSourceOf, type Event, type FieldTable } from './event.ts'
import { buildEventIndex, type EventIndex, type Scope } from './event-index.ts'
import type { Found, FoundSelection } from './found.ts'
import type { Compiler, Context, Matcher, Weigh, Witness } from './matcher.ts'
import { fieldTest } from './needed-fields.ts'
import { router, type LogSourceRow } from './route.ts'
import { trackSecrets } from './suspect.ts'
import { viewOf, type CustomEvaluator, type Unit } from './unit.ts'
import { undecidedOf, type Overspent, type Undecided } from './undecided.ts'
import type { EntryOptions, View, ViewsOf } from './view.ts'
import { OVER_BUDGET, workBudget } from './work-budget.ts'
import type { Entry, LogSource } from '../entry.ts'
import type { Rule } from '../parse/rule.ts'
import type { Steps } from '../turns.ts'
import type { Suspicion } from '../redact/entry-secrets.ts'
import type { SecretIndex } from '../redact/secret-index.ts'
import { metered, spend } from '../work-meter.ts'

export interface Outcome {
  /** In the order of the rule set. */
  readonly found: readonly Found[]
  /** Rules stopped by the work budget before they were decided, in rule-set order, at most `LIMITS.undecidedRules`. */
  readonly undecided: readonly Undecided[]
  /** The rules whose work left themselves or other rules undecided. */
  readonly overspent: readonly Overspent[]
  /** Parts of the event that may have to be masked. Null if there are none. */
  readonly suspected: { readonly where: Suspicion } | null
  /** The texts of a field of the event. */
  values(field: string): readonly string[]
}

/** A compiled rule set. It holds the state of one event at a time; this is safe, as its methods are synchronous. */
export interface Program {
  /** `everyRule` evaluates all rules without the index. */
  entry(entry: Entry, everyRule: boolean, options?: EntryOptions): Outcome
  json(text: string, logsource: LogSource | null, everyRule: boolean): Outcome
  /**
   * Measures each rule that is evaluated on the entry, by rule id. `measure` must run the work once and return its
   * cost. Of several views the most expensive counts. A search that several rules share counts for the first of them;
   * reading the entry counts for none.
   */
  costs(entry: Entry, measure: (work: () => void) => number, options?: EntryOptions): ReadonlyMap<string, number>
}

export interface ProgramOptions {
  /** Fields whose values are requested, in addition to those that rules read. */
  readonly fields: readonly string[]
  readonly logSources: readonly LogSourceRow[]
  readonly secrets: SecretIndex | null
}

/**
 * Each unit has a witness: a set of atoms of which at least one occurs in every event that the unit matches, chosen so
 * that few events have any. One pass over an event finds its atoms. Only units with an atom of their witness in the
 * event are evaluated, and most of their searches are answered by then.
 */
export function* compileProgram(
  units: readonly Unit[],
  { fields: requested, logSources, secrets }: ProgramOptions,
): Steps<Program> {
  const building = newCompiler()
  for (const field of requested) building.compiler.slot(field)
  const suspecter = trackSecrets(secrets, building.compiler.table)
  const compiled: CompiledUnit[] = []
  for (const unit of units) {
    compiled.push(compileUnit(unit, building))
    yield
  }
  const { context, slots } = building
  const budget = workBudget(units.length)
  context.budget = budget
  const fields = fieldTable(slots, building.presenceTested())
  const index = yield* buildEventIndex(building.compiler.table, slots.size)
  context.index = index
  yield
  const candidatesOf = candidateFinder(compiled, building.compiler.table, index)
  const routeOf = router(units, logSources, (allowed) => ({
    ...scopeOf(compiled, allowed, slots.size),
    canMatch: fieldTest(units.filter((_, number) => allowed[number] === 1)),
  }))
  const everywhere = routeOf(null)
  const suspect = suspecter(index)
  const whole: Scope = { fields: new Uint8Array(slots.size).fill(1), everything: true }

  const prepare = (event: Event, logsource: LogSource | null, isEntry: boolean, everyRule: boolean): Candidates => {
    const { allowed, scope } = logsource === null ? everywhere : routeOf(logsource)
    context.everyRule = everyRule
    building.forget()
    budget.read(event.length)
    spend(event.length)
    index.read(event, isEntry ? whole : scope)
    return candidatesOf(allowed, everyRule)
  }
  const run = (event: Event, logsource: LogSource | null, isEntry: boolean, everyRule: boolean): readonly Found[] => {
    const { numbers, count } = prepare(event, logsource, isEntry, everyRule)
    if (count === 0) return NO_MATCHES
    // Run in rule-set order, so that an exhausted budget skips the last rules.
    const inOrder = count === 1 ? numbers : numbers.subarray(0, count).sort()
    return metered(budget, () => {
      let found: Found[] = NO_MATCHES
      for (let at = 0; at < count; at++) {
        const number = inOrder[at] ?? 0
        const unit = units[number]
        const held = tryUnit(number, event)
        if (held === null || unit === undefined) continue
        if (found === NO_MATCHES) found = []
        found.push({ unit, ...held, number })
      }
      return found
    })
  }
  /** Numbers of the units that the budget stopped on this entry. */
  const stopped = new Set<number>()
  const tryUnit = (number: number, event: Event): ReturnType<CompiledUnit['find']> => {
    try {
      if (budget.isExhausted()) throw OVER_BUDGET
      budget.charge(number)
      return compiled[number]?.find(event) ?? null
    } catch (error) {
      if (error !== OVER_BUDGET) throw error
      stopped.add(number)
      return null
    }
  }
  const begin = (): void => {
    stopped.clear()
    budget.reset()
  }
  const isTextView = ({ logsource: { category } }: Unit) => TEXT_VIEWS.has(category ?? '')
  const isSecretView = ({ logsource: { category } }: Unit) => category === 'secret'
  const payload = slots.get('payload') ?? -1
  /** This is true if the rule can apply to what a text says, or to a text that has to be decoded. */
  const readsText = (unit: Unit, number: number): boolean => {
    if (isTextView(unit)) return true
    const { fields: read } = compiled[number] ?? {}
    return unit.logsource.product === 'ai_agent' && (read?.has(payload) === true || read?.has(ANY_FIELD) === true)
  }
  const wantsTextViews = logSources.length > 0 || units.some(readsText)
  /** This is true if a rule can apply to a view of a call. No such view has the product `ai_agent`, or a service. */
  const wantsCallViews =
    logSources.length > 0 ||
    units.some(
      (unit) =>
        unit.logsource.product !== 'ai_agent' &&
        unit.logsource.service === undefined &&
        !isTextView(unit) &&
        !isSecretView(unit),
    )
  const wantsSecrets = logSources.length > 0 || units.some(isSecretView)
  const viewsFor = (entry: Entry, viewsOf: ViewsOf | undefined, suspected: Outcome['suspected']): readonly View[] => {
    const isWanted = entry.kind === 'tool_call' ? wantsCallViews : wantsTextViews
    const suspicion = wantsSecrets ? suspected?.where : undefined
    if (viewsOf === undefined || (!isWanted && suspicion === undefined)) return NO_VIEWS
    return viewsOf(entry, suspicion).filter(({ logsource }) => routeOf(logsource).tries)
  }
  const canMatch = (view: View) => routeOf(view.logsource).scope.canMatch(view)
  return {
    entry(entry, everyRule, { views: viewsOf } = {}) {
      const read = (table: FieldTable) => entryEvent(entry, table)
      const event = read(fields)
      begin()
      const found = run(event, logSourceOf(entry), true, everyRule)
      const suspected = suspect(event)
      const views = viewsFor(entry, viewsOf, suspected)
      if (views.length === 0) {
        const values = (field: string) => textsOf(event, fields, field, read)
        return { found, ...undecidedOf(units, { stopped, found, budget }), suspected, values }
      }
      budget.beginViews()
      const byUnit = new Map(found.map((one) => [one.unit, one]))
      for (const view of views) {
        if (!everyRule && !canMatch(view)) continue
        for (const one of run(view.event(fields), view.logsource, false, everyRule)) {
          const held = view.inEntry(one, byUnit.get(one.unit))
          if (held !== undefined) byUnit.set(one.unit, held)
        }
      }
      const all = [...byUnit.values()].sort((a, b) => a.number - b.number)
      return {
        found: all,
        ...undecidedOf(units, { stopped, found: all, budget }),
        suspected,
        values(field) {
          const own = textsOf(event, fields, field, read)
          return own.length > 0 ? own : views.flatMap((view) => view.fields.get(field) ?? []).map(({ text }) => text)
        },
      }
    },
    json(text, logsource, everyRule) {
      const read = (table: FieldTable) => jsonEvent(text, table)
      const event = read(fields)
      begin()
      const found = run(event, logsource, false, everyRule)
      const values = (field: string) => textsOf(event, fields, field, read)
      return { found, ...undecidedOf(units, { stopped, found, budget }), suspected: null, values }
    },
    costs(entry, measure, { views: viewsOf } = {}) {
      const costs = new Map<string, number>()
      begin()
      const add = (event: Event, logsource: LogSource, isEntry: boolean) => {
        const { numbers, count } = prepare(event, logsource, isEntry, false)
        for (const number of numbers.subarray(0, count)) {
          const { id } = units[number] ?? {}
          if (id === undefined) continue
          const taken = measure(() => void metered(budget, () => tryUnit(number, event)))
          costs.set(id, Math.max(taken, costs.get(id) ?? 0))
        }
      }
      const event = entryEvent(entry, fields)
      add(event, logSourceOf(entry), true)
      for (const view of viewsFor(entry, viewsOf, suspect(event)))
        if (canMatch(view)) add(view.event(fields), view.logsource, false)
      return costs
    },
  }
}

/** The categories of views of a text. */
const TEXT_VIEWS = new Set(['statement', 'wording', 'told_action'])
const NO_MATCHES: Found[] = []
const NO_VIEWS: readonly View[] = []

/** The field's texts without nulls. Reads the event again for a field that was unknown when the rules were compiled. */
function textsOf(event: Event, fields: FieldTable, field: string, read: (table: FieldTable) => Event): string[] {
  const slot = fields.slots.get(field)
  const leaves =
    slot === undefined ? leavesOf(read(fieldTable(new Map([[field, 0]]), false)), 0) : leavesOf(event, slot)
  return leaves.filter(({ type }) => type !== 'null').map(({ text }) => text)
}

interface Building {
  readonly compiler: Compiler
  readonly context: Context
  readonly slots: ReadonlyMap<string, number>
  presenceTested(): boolean
  /** Clears the cached answers of shared matchers. */
  forget(): void
  /** Returns the fields that were requested since the last call. */
  takeFields(): ReadonlySet<number>
}

function newCompiler(): Building {
  const slots = new Map<string, number>()
  const context: Context = { index: NOT_READ, everyRule: false, budget: workBudget(0) }
  const sharing = newSharing()
  let fields = new Set<number>()
  let testsPresence = false
  return {
    context,
    slots,
    forget: sharing.forget,
    presenceTested: () => testsPresence,
    takeFields() {
      const taken = fields
      fields = new Set()
      return taken
    },
    compiler: {
      table: atomTable(),
      context,
      slot(field) {
        const slot = field === null ? ANY_FIELD : (slots.get(field) ?? slots.size)
        if (field !== null) slots.set(field, slot)
        fields.add(slot)
        return slot
      },
      shared: sharing.shared,
      testsPresence: () => void (testsPresence = true),
    },
  }
}

const NOT_READ: EventIndex = {
  held: new Uint8Array(0),
  heldAtoms: [],
  open: new Uint8Array(0),
  read: () => {},
  lastPlace: () => -1,
  placeBefore: () => -1,
  placeAt: () => 0,
}

/** Shares matchers between rules, so that each runs once per event. */
function newSharing(): { shared: Compiler['shared']; forget(): void } {
  const known = new Map<string, Matcher<never>>()
  /** By matcher, its answer for the current event; 0 if it has not run. */
  let answers = new Uint8Array(64)
  const asked: number[] = []
  const [YES, NO] = [1, 2]
  return {
    shared<Item>(key: string, compile: () => Matcher<Item>): Matcher<Item> {
      const there = known.get(key)
      // A key describes what the matcher searches for, so it determines the type.
      if (there !== undefined) return there as unknown as Matcher<Item>
      const fresh = compile()
      const number = known.size
      if (number === answers.length) {
        const more = new Uint8Array(number * 2)
        more.set(answers)
        answers = more
      }
      const remembering: Matcher<Item> = {
        ...fresh,
        holds(event) {
          const answer = answers[number]
          if (answer !== 0) return answer === YES
          const held = fresh.holds(event)
          answers[number] = held ? YES : NO
          asked.push(number)
          return held
        },
      }
      known.set(key, remembering as unknown as Matcher<never>)
      return remembering
    },
    forget() {
      for (let index = 0; index < asked.length; index++) answers[asked[index] ?? 0] = 0
      asked.length = 0
    },
  }
}

interface CompiledUnit {
  find(event: Event): Pick<Found, 'selections' | 'places' | 'filteredBy'> | null
  witness(weigh: Weigh): Witness | null
  /** The numbers of the fields that it reads. */
  readonly fields: ReadonlySet<number>
}

function compileUnit({ does, filters }: Unit, building: Building): CompiledUnit {
  const body = 'evaluate' in does ? compileCustom(does, building) : compileRule(does, building)
  const conditions = filters.map(({ id, condition, selections }) => {
    return { id, holds: compileCondition(condition, selections, building.compiler).holds }
  })
  return {
    find(event) {
      const explain = body.find(event)
      if (explain === null) return null
      const filter = conditions.find(({ holds }) => !holds(event))
      return { ...explain(), filteredBy: filter?.id ?? null }
    },
    witness: body.witness,
    fields: building.takeFields(),
  }
}

type CompiledBody = {
  /** Null if it does not match; otherwise a function that finds the places. */
  find(event: Event): (() => Pick<Found, 'selections' | 'places'>) | null
  witness: CompiledUnit['witness']
}

function compileRule(
  { condition, selections }: Pick<Rule, 'condition' | 'selections'>,
  { compiler, context }: Building,
): CompiledBody {
  const { holds, explain, witness } = compileCondition(condition, selections, compiler)
  return {
    find(event) {
      if (!holds(event)) return null
      return () => {
        const found: FoundSelection[] = []
        context.budget.again()
        try {
          explain(event, found)
        } catch (error) {
          if (error !== OVER_BUDGET) throw error
        }
        return { selections: found, places: [] }
      }
    },
    witness,
  }
}

function compileCustom(custom: CustomEvaluator, { compiler, slots }: Building): CompiledBody {
  for (const field of custom.fields) compiler.slot(field)
  // It may read any leaf.
  compiler.slot(null)
  return {
    find(event) {
      const places = custom.evaluate(viewOf(event, custom.fields, slots))
      return places && (() => ({ selections: [], places }))
    },
    witness: () => null,
  }
}

/** The parts of an event that the allowed units read. */
function scopeOf(compiled: readonly CompiledUnit[], allowed: Uint8Array, fieldCount: number): Scope {
  const fields = new Uint8Array(fieldCount)
  let everything = false
  for (const [number, unit] of compiled.entries()) {
    if (allowed[number] !== 1) continue
    for (const field of unit.fields)
      if (field === ANY_FIELD) everything = true
      else fields[field] = 1
  }
  return { fields, everything }
}

interface Candidates {
  readonly numbers: Uint32Array
  count: number
}

/** Returns the units to evaluate, unordered: those with a witness in the event, and those that have no witness. */
function candidateFinder(
  compiled: readonly CompiledUnit[],
  table: AtomTable,
  { heldAtoms }: EventIndex,
): (allowed: Uint8Array, everyRule: boolean) => Candidates {
  const always: number[] = []
  const unitsOf: number[][] = table.atoms.map(() => [])
  const weigh = rarityEstimator(table)
  for (const [number, unit] of compiled.entries()) {
    const witness = unit.witness(weigh)
    if (witness === null) always.push(number)
    else for (const atom of witness.atoms) unitsOf[atom]?.push(number)
  }
  const chosen = new Uint8Array(compiled.length)
  const candidates: Candidates = { numbers: new Uint32Array(compiled.length), count: 0 }
  const { numbers } = candidates
  return (allowed, everyRule) => {
    let count = 0
    if (everyRule) {
      for (let number = 0; number < compiled.length; number++) if (allowed[number] === 1) numbers[count++] = number
      candidates.count = count
      return candidates
    }
    for (let index = 0; index < heldAtoms.length; index++) {
      const units = unitsOf[heldAtoms[index] ?? 0] ?? NONE
      for (let at = 0; at < units.length; at++) {
        const number = units[at] ?? 0
        if (allowed[number] === 0 || chosen[number] === 1) continue
        chosen[number] = 1
        numbers[count++] = number
      }
    }
    for (let at = 0; at < count; at++) chosen[numbers[at] ?? 0] = 0
    for (let at = 0; at < always.length; at++) {
      const number = always[at] ?? 0
      if (allowed[number] === 1) numbers[count++] = number
    }
    candidates.count = count
    return candidates
  }
}

const NONE: readonly number[] = []

/**
 * Estimates the share of events that contain an atom: longer texts and whole values are rarer, and texts that many
 * rules search for are more common. Only the order of the estimates matters.
 */
function rarityEstimator({ atoms, uses }: AtomTable): Weigh {
  const shares = Float64Array.from(atoms, (atom, number) => lengthShare(atom) * Math.sqrt(uses[number] ?? 1))
  return (atom) => shares[atom] ?? 1
}

function lengthShare({ text, place, wordStart, wordEnd }: Atom): number {
  if (place === 'present') return 64
  const length =
    text.length + (place === 'contains' ? 0 : place === 'whole' ? 4 : 1) + (wordStart ? 1 : 0) + (wordEnd ? 1 : 0)
  // Non-ASCII characters are rare, so one counts as several letters.
  const foreign = /[^\0-\u007f]/.test(text) ? 4 : 0
  return 2 ** (-0.7 * Math.min(14, length + foreign))
}
