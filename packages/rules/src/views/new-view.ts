import { originOf } from './view-text.ts'
import type { LogSource } from '../entry.ts'
import { LIMITS } from '../limits.ts'
import type { Event, EventLeaf, FieldTable } from '../match/event.ts'
import { placesOf, type Found } from '../match/found.ts'
import type { LeafPlace, Range } from '../match/leaf-place.ts'
import type { View, ViewFields, ViewText } from '../match/view.ts'

interface NewView {
  readonly logsource: LogSource
  /** The default is the category of its log source. */
  readonly name?: string
  has(field: string): boolean
  /** Called only if a rule can match the view. */
  fields(): ViewFields
  readonly index: number
  /** Its number among all views of the entry. */
  readonly number: number
  /** The entry's own fields, so that a filter by its sender applies to rules for views, too. */
  readonly entry: EntryFields
  /** Returns whether a match with these places counts. Without it, each does. */
  readonly counts?: (places: readonly ViewPlace[]) => boolean
}

/** A place in a text of a view. */
export interface ViewPlace extends Range {
  readonly text: ViewText
}

/** Texts of the fields of an entry that every view of it has. */
export type EntryFields = ReadonlyMap<string, ViewText>

export const newView = (view: NewView): View => new EntryView(view)

/** A class, because thousands of views are made and most of them are never looked at. */
class EntryView implements View {
  readonly name: string
  readonly index: number
  readonly logsource: NewView['logsource']
  private readonly view: NewView
  private made: ViewFields | undefined

  constructor(view: NewView) {
    this.view = view
    this.name = view.name ?? view.logsource.category ?? ''
    this.index = view.index
    this.logsource = view.logsource
  }

  get title(): string {
    return `${this.name}[${this.index}]`
  }

  get fields(): ViewFields {
    return (this.made ??= this.view.fields())
  }

  has(field: string): boolean {
    return this.view.has(field) || this.view.entry.has(field)
  }

  json(): string {
    return jsonOf(this.fields)
  }

  event(table: FieldTable): Event {
    return eventOf(withEntry(this.fields, this.view.entry, table), table)
  }

  inEntry(found: Found, before: Found | undefined): Found | undefined {
    if (before !== undefined && isFull(before)) return before
    const { number, counts } = this.view
    if (counts !== undefined && !counts(viewPlaces(found))) return before
    return mergedMatch(before, inEntry(found, { name: this.title, number }, this.fields))
  }
}

/** Adds the fields of the entry that a rule reads. A view's own field wins. */
function withEntry(fields: ViewFields, entry: EntryFields, { slots }: FieldTable): ViewFields {
  let all: Map<string, readonly ViewText[]> | undefined
  for (const [name, text] of entry)
    if (slots.has(name) && !fields.has(name)) (all ??= new Map(fields)).set(name, [text])
  return all ?? fields
}

function jsonOf(fields: ViewFields): string {
  const members = [...fields].map(([name, [only, ...more]]) => {
    return [name, more.length === 0 ? only?.text : [only, ...more].map((one) => one?.text)]
  })
  return JSON.stringify(Object.fromEntries(members))
}

interface ViewLeaf extends EventLeaf {
  readonly made: ViewText
}

function eventOf(fields: ViewFields, { slots }: FieldTable): Event {
  const leaves: ViewLeaf[] = []
  const bySlot: EventLeaf[][] = []
  const present: boolean[] = []
  let length = 0
  for (const [field, texts] of fields) {
    const slot = slots.get(field) ?? -1
    const own = texts.map((made): ViewLeaf => {
      const { text } = made
      const base = length
      length += text.length + 1
      const place = { pointers: null, start: -1, end: -1, base, slot, root: -1 }
      return { field, text, type: 'string', ...place, folded: null, made }
    })
    leaves.push(...own)
    if (slot < 0) continue
    bySlot[slot] = own
    present[slot] = true
  }
  return { length, leaves, names: [], bySlot, present }
}

const viewPlaces = (found: Found): readonly ViewPlace[] =>
  placesOf(found).map(({ leaf, start, end }) => ({ text: (leaf as ViewLeaf).made, start, end }))

/** Maps places to the entry. A match only in generated text is shown by the whole source of the view. */
function inEntry(found: Found, view: NonNullable<LeafPlace['view']>, fields: ViewFields): Found {
  const shown = (places: readonly LeafPlace[]) =>
    places.flatMap(({ leaf, start, end }) => {
      const origin = originOf((leaf as ViewLeaf).made, { start, end })
      return origin === null ? [] : [{ ...origin, view }]
    })
  const own = {
    places: shown(found.places),
    selections: found.selections.map(({ name, parts }) => ({
      name,
      parts: parts.map((part) => ({ ...part, places: shown(part.places) })),
    })),
  }
  if (placesOf(own).length > 0) return { ...found, ...own }
  const [[first] = []] = fields.values()
  const whole = first === undefined ? null : originOf(first, { start: 0, end: first.text.length })
  return { ...found, ...own, places: whole === null ? [] : [{ ...whole, view }] }
}

/**
 * Returns whether it has enough places even if most are duplicates. A rule that matches thousands of views then adds
 * none.
 */
const isFull = ({ places, filteredBy }: Found) => filteredBy === null && places.length > LIMITS.placesPerMatch * 8

/** Merges the matches of a rule in several views: the first that no filter suppresses counts. */
function mergedMatch(before: Found | undefined, found: Found): Found {
  if (before === undefined || (before.filteredBy !== null && found.filteredBy === null)) return found
  if (before.filteredBy === null && found.filteredBy !== null) return before
  return { ...before, places: [...before.places, ...placesOf(found)] }
}
