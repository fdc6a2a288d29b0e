import type { Entry, LogSource } from '../entry.ts'
import { leaves as jsonLeaves, pointerSegment, scanWith, stringAt, type LeafType, type Visitor } from '../json-text.ts'
import { LIMITS } from '../limits.ts'

/** One value of an event: a plain field, or a leaf of a JSON one. */
export interface EventLeaf {
  /** The field that it belongs to, as in `Place`. */
  readonly field: string
  /** Tells where in its JSON it is; null for plain text. */
  readonly pointers: Pointers | null
  readonly text: string
  readonly type: LeafType
  /** Where a leaf of JSON stands in the text of its field, quotes included; -1 for plain text. */
  readonly start: number
  readonly end: number
  /** Where it begins if all leaves of the event stood one behind the other. */
  readonly base: number
}

/** What rules are tried on. */
export interface Event {
  readonly leaves: readonly EventLeaf[]
  /** The names of the members of its JSON fields. */
  readonly names: readonly string[]
  /** The leaves of each field that some rule names, by its number in `FieldTable`. */
  readonly bySlot: readonly (readonly EventLeaf[] | undefined)[]
  /** Whether the field is there, be it as an object or a list. */
  readonly present: readonly (boolean | undefined)[]
}

/** Numbers the fields that rules name, so that an event resolves each of them once and no others. */
export interface FieldTable {
  readonly slots: ReadonlyMap<string, number>
  /** Whether a rule asks if a field is there, so that names of objects matter too. */
  readonly asksPresence: boolean
  /** The fields of which rules name parts: `payload` where a rule reads `payload.command`. */
  readonly nested: ReadonlySet<string>
}

export function fieldTable(slots: ReadonlyMap<string, number>, asksPresence: boolean): FieldTable {
  const names = [...slots.keys()].filter((name) => name.includes('.'))
  return { slots, asksPresence, nested: new Set(names.map((name) => name.slice(0, name.indexOf('.')))) }
}

/** Pointers of the leaves of a JSON text, by where they begin. Worked out when a place is first shown: most entries have none. */
export type Pointers = (start: number) => string

/** An event that is being put together. */
interface Draft {
  readonly fields: FieldTable
  readonly leaves: EventLeaf[]
  readonly names: string[]
  readonly bySlot: (EventLeaf[] | undefined)[]
  readonly present: (boolean | undefined)[]
  /** Of how many keys the name is made by which the leaves of a slot were found. */
  readonly keysOf: number[]
  base: number
}

const newDraft = (fields: FieldTable): Draft => ({
  fields,
  leaves: [],
  names: [],
  bySlot: [],
  present: [],
  keysOf: [],
  base: 0,
})

function add(draft: Draft, leaf: Omit<EventLeaf, 'base'>): EventLeaf {
  const { field, pointers, text, type, start, end } = leaf
  const placed: EventLeaf = { field, pointers, text, type, start, end, base: draft.base }
  draft.base += text.length + 1
  draft.leaves.push(placed)
  return placed
}

function alias({ bySlot, present }: Draft, slot: number | undefined, leaf: EventLeaf): void {
  if (slot === undefined) return
  const there = bySlot[slot]
  if (there) there.push(leaf)
  else bySlot[slot] = [leaf]
  present[slot] = true
}

/** Lets rules find the leaf by its name, which is made of so many keys. */
function nameLeaf(draft: Draft, leaf: EventLeaf, name: string, keys: number): void {
  const { fields, bySlot, keysOf, present } = draft
  const slot = fields.slots.get(name)
  if (slot !== undefined) {
    // `{"a.b": 1, "a": {"b": 2}}`: the flat key wins.
    const before = keysOf[slot] ?? keys
    if (keys < before) bySlot[slot] = undefined
    if (keys <= before) {
      keysOf[slot] = keys
      alias(draft, slot, leaf)
    }
  }
  if (!fields.asksPresence) return
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const parent = fields.slots.get(name.slice(0, dot))
    if (parent !== undefined) present[parent] = true
  }
}

function addPlain(draft: Draft, field: string, text: string | null): void {
  if (text === null) return
  const leaf = add(draft, { field, pointers: null, text, type: 'string', start: -1, end: -1 })
  alias(draft, draft.fields.slots.get(field), leaf)
}

function addJson(draft: Draft, field: string, text: string): void {
  const { slots, nested } = draft.fields
  const root = slots.get(field)
  const pointers = pointersOf(text)
  if (!nested.has(field)) scanWith(text, LIMITS.jsonDepth, UNNAMED, { draft, field, text, root, pointers })
  else
    for (const found of jsonLeaves(text, { depth: LIMITS.jsonDepth }, (name) => draft.names.push(name))) {
      const leaf = add(draft, { ...found, field, pointers })
      if (found.path !== '') nameLeaf(draft, leaf, `${field}.${found.path}`, found.keys)
      if (found.type === 'string') alias(draft, root, leaf)
    }
  if (root !== undefined) draft.present[root] = true
}

interface JsonContext {
  readonly draft: Draft
  readonly field: string
  readonly text: string
  readonly root: number | undefined
  readonly pointers: Pointers
}

/** Takes the leaves where no rule names a part of the field: what they are called need not be known. */
const UNNAMED: Visitor<JsonContext> = {
  open() {},
  close() {},
  key(start, end, escaped, { draft, text }) {
    draft.names.push(stringAt(text, start, end, escaped))
  },
  leaf(type, start, end, escaped, { draft, field, text, root, pointers }) {
    const value = type === 'string' ? stringAt(text, start, end, escaped) : text.slice(start, end)
    const leaf = add(draft, { field, pointers, text: value, type, start, end })
    if (type === 'string') alias(draft, root, leaf)
  },
}

function pointersOf(text: string): Pointers {
  let known: Map<number, string> | null = null
  return (start) => {
    known ??= new Map(jsonLeaves(text, { depth: LIMITS.jsonDepth }).map((leaf) => [leaf.start, leaf.pointer]))
    return known.get(start) ?? ''
  }
}

/** An entry as an event: its fields, `payload.a.b` and `attributes.a.b` by path; `payload` alone is any string leaf. */
export function entryEvent(entry: Entry, fields: FieldTable): Event {
  const draft = newDraft(fields)
  addPlain(draft, 'sender', entry.sender)
  addPlain(draft, 'receiver', entry.receiver)
  addPlain(draft, 'kind', entry.kind)
  addPlain(draft, 'session', entry.session)
  addPlain(draft, 'context', entry.context)
  if (entry.payload.type === 'text') addPlain(draft, 'payload', entry.payload.text)
  else addJson(draft, 'payload', entry.payload.text)
  if (entry.attributes !== null) addJson(draft, 'attributes', entry.attributes)
  return draft
}

/** Any JSON object as an event: its top-level keys are the fields. */
export function jsonEvent(text: string, fields: FieldTable): Event {
  const draft = newDraft(fields)
  for (const found of jsonLeaves(text, { depth: LIMITS.jsonDepth })) {
    const end = found.pointer.indexOf('/', 1)
    const field = (end < 0 ? found.pointer.slice(1) : found.pointer.slice(1, end))
      .replaceAll('~1', '/')
      .replaceAll('~0', '~')
    const pointer = found.pointer.slice(pointerSegment(field).length + 1)
    nameLeaf(draft, add(draft, { ...found, field, pointers: () => pointer }), found.path, found.keys)
  }
  return draft
}

/** The log source of an entry that names none is that of an AI agent, by its kind. */
export function logSourceOf({ logsource, kind }: Entry): LogSource {
  const { product, category, service } = logsource
  return product === undefined && category === undefined && service === undefined
    ? { product: 'ai_agent', category: kind }
    : logsource
}
