import { ANY_FIELD } from './atoms.ts'
import type { Entry, LogSource } from '../entry.ts'
import { foldCase } from '@sentinelmesh/text/fold-case'
import { leaves as jsonLeaves, scanWith, stringAt, type LeafType, type Visitor } from '@sentinelmesh/text/json-text'
import { LIMITS } from '../limits.ts'

/** One value of an event: a plain-text field, or a leaf of a JSON field. */
export interface EventLeaf {
  /** The field that it belongs to, as in `Place`. */
  readonly field: string
  /** Maps `start` to a JSON pointer; null for plain text. */
  readonly pointers: Pointers | null
  readonly text: string
  readonly type: LeafType
  /** The range of a JSON leaf in the text of its field, including quotes; -1 for plain text. */
  readonly start: number
  readonly end: number
  /** Its offset in the concatenation of all leaves of the event. */
  readonly base: number
  /** The numbers of the fields it is a value of: `slot` by its own name, `root` by its top-level field; -1 for none. */
  slot: number
  readonly root: number
  /** The cached result of `foldedOf`. */
  folded: string | null
}

/** The form of an entry, view or JSON object that rules are evaluated on. */
export interface Event {
  /** The total length of all leaves, in UTF-16 units. */
  readonly length: number
  readonly leaves: readonly EventLeaf[]
  /** The names of the members of its JSON fields. */
  readonly names: readonly string[]
  /** The leaves of each field that a rule names, by its number in `FieldTable`. */
  readonly bySlot: readonly (readonly EventLeaf[] | undefined)[]
  /** Whether the field exists, also as an object or a list. */
  readonly present: readonly (boolean | undefined)[]
}

/** Numbers the fields that rules name, so that an event resolves only those, each once. */
export interface FieldTable {
  readonly slots: ReadonlyMap<string, number>
  /** Whether a rule tests if a field exists, so that the names of objects are needed too. */
  readonly testsPresence: boolean
  /** The fields whose members rules name: `payload` if a rule reads `payload.command`. */
  readonly nested: ReadonlySet<string>
}

export function fieldTable(slots: ReadonlyMap<string, number>, testsPresence: boolean): FieldTable {
  const names = [...slots.keys()].filter((name) => name.includes('.'))
  return { slots, testsPresence, nested: new Set(names.map((name) => name.slice(0, name.indexOf('.')))) }
}

/** Maps the start of a leaf in a JSON text to its pointer. Computed on first use, since most entries never need it. */
export type Pointers = (start: number) => string

/** The case-folded text of the leaf, computed once for all rules. */
export function foldedOf(leaf: EventLeaf): string {
  leaf.folded ??= foldCase(leaf.text)
  return leaf.folded
}

const NO_LEAVES: readonly EventLeaf[] = []

/** The leaves of a field by its number, or all leaves for `ANY_FIELD`. */
export function leavesOf(event: Event, slot: number): readonly EventLeaf[] {
  return slot === ANY_FIELD ? event.leaves : (event.bySlot[slot] ?? NO_LEAVES)
}

/** An event under construction. */
interface Draft {
  readonly fields: FieldTable
  readonly leaves: EventLeaf[]
  readonly names: string[]
  readonly bySlot: (EventLeaf[] | undefined)[]
  readonly present: (boolean | undefined)[]
  /** By slot, the number of keys in the name under which its leaves were found. */
  readonly keysOf: number[]
  length: number
}

const newDraft = (fields: FieldTable): Draft => ({
  fields,
  leaves: [],
  names: [],
  bySlot: [],
  present: [],
  keysOf: [],
  length: 0,
})

function addPlain(draft: Draft, field: string, text: string | null): void {
  if (text === null) return
  const slot = draft.fields.slots.get(field) ?? -1
  const { length: base } = draft
  const whole = { start: -1, end: -1, root: -1, folded: null }
  const leaf: EventLeaf = { field, pointers: null, text, type: 'string', base, slot, ...whole }
  draft.length += text.length + 1
  draft.leaves.push(leaf)
  if (slot >= 0) alias(draft, slot, leaf)
}

function alias({ bySlot, present }: Draft, slot: number, leaf: EventLeaf): void {
  const there = bySlot[slot]
  if (there) there.push(leaf)
  else bySlot[slot] = [leaf]
  present[slot] = true
}

/**
 * Registers the leaf under its name, which consists of `keys` keys. Also registers it under the name without its
 * spaces, as Sigma writes the fields of a log.
 */
function nameLeaf(draft: Draft, leaf: EventLeaf, name: string, keys: number): void {
  const { slots } = draft.fields
  const slot = slots.get(name)
  if (slot !== undefined) putLeaf(draft, leaf, slot, keys)
  if (!name.includes(' ')) return
  const stripped = slots.get(withoutBlanks(name))
  if (stripped === undefined) return
  if (slot === undefined) return putLeaf(draft, leaf, stripped, keys + STRIPPED)
  // Rules use both names, so each name gets its own leaf.
  const again: EventLeaf = { ...leaf, base: draft.length, slot: -1, root: -1 }
  draft.length += leaf.text.length + 1
  draft.leaves.push(again)
  putLeaf(draft, again, stripped, keys + STRIPPED)
}

const withoutBlanks = (name: string) => name.replaceAll(' ', '')

/** Greater than the number of keys of any name, so that in `{"New Value": 1, "NewValue": 2}` the exact name wins. */
const STRIPPED = 1 + LIMITS.jsonDepth

function putLeaf(draft: Draft, leaf: EventLeaf, slot: number, keys: number): void {
  const { bySlot, keysOf } = draft
  // `{"a.b": 1, "a": {"b": 2}}`: the flat key wins.
  const before = keysOf[slot] ?? keys
  if (keys < before) {
    for (const loser of bySlot[slot] ?? []) loser.slot = -1
    bySlot[slot] = undefined
  }
  if (keys > before) return
  keysOf[slot] = keys
  leaf.slot = slot
  alias(draft, slot, leaf)
}

/** Marks an object or a list as an existing field, even if it is empty. */
function nameContainer({ fields: { slots }, present }: Draft, name: string): void {
  for (const slot of [slots.get(name), slots.get(withoutBlanks(name))]) if (slot !== undefined) present[slot] = true
}

/** The state of reading a JSON text: where its leaves belong, and the name of the next value. */
interface Reading {
  readonly draft: Draft
  readonly text: string
  /** The field that its leaves belong to; null if each top-level key is a field. */
  readonly field: string | null
  readonly root: number
  /** Whether rules name its members, so that the names of its leaves are needed. */
  readonly named: boolean
  readonly pointers: Pointers
  /** By depth: the name of the container, the number of keys in that name, and whether it is an array. */
  readonly paths: string[]
  readonly keys: number[]
  readonly arrays: boolean[]
  depth: number
  top: string
  path: string
  count: number
}

const READER: Visitor<Reading> = {
  open(array, _, reading) {
    if (!reading.named) return
    const { draft, paths, keys, arrays, depth, path, count } = reading
    const inArray = arrays[depth] ?? true
    if (!inArray && draft.fields.testsPresence) nameContainer(draft, path)
    paths[depth + 1] = inArray ? (paths[depth] ?? '') : path
    keys[depth + 1] = inArray ? (keys[depth] ?? 0) : count
    arrays[depth + 1] = array
    reading.depth++
  },
  close(_, __, reading) {
    if (reading.named) reading.depth--
  },
  key(start, end, escaped, reading) {
    const { draft, text, field, named, paths, keys, depth } = reading
    const name = stringAt(text, start, end, escaped)
    if (field !== null) draft.names.push(name)
    if (!named) return
    const before = keys[depth] ?? 0
    const parent = paths[depth] ?? ''
    if (before === 0) reading.top = name
    reading.path = before === 0 && field === null ? name : `${parent}.${name}`
    reading.count = before + 1
  },
  leaf(type, start, end, escaped, reading) {
    const { draft, text, field, root, named, pointers, paths, keys, arrays, depth } = reading
    const value = type === 'string' ? stringAt(text, start, end, escaped) : text.slice(start, end)
    const isField = field === null && depth === 1 && !(arrays[depth] ?? true)
    const leaf: EventLeaf = {
      field: field ?? reading.top,
      pointers: isField ? WHOLE_FIELD : pointers,
      text: value,
      type,
      start,
      end,
      base: draft.length,
      slot: -1,
      root: type === 'string' ? root : -1,
      folded: null,
    }
    draft.length += value.length + 1
    draft.leaves.push(leaf)
    if (named) {
      const inArray = arrays[depth] ?? true
      const count = inArray ? (keys[depth] ?? 0) : reading.count
      if (count > 0) nameLeaf(draft, leaf, inArray ? (paths[depth] ?? '') : reading.path, count)
    }
    if (type === 'string' && root >= 0) alias(draft, root, leaf)
  },
}

function readJson(draft: Draft, text: string, field: string | null, named: boolean): void {
  const root = field === null ? -1 : (draft.fields.slots.get(field) ?? -1)
  const pointers = pointersOf(text, field === null)
  const place = { paths: [field ?? ''], keys: [], arrays: [], depth: 0, top: '', path: '', count: 0 }
  scanWith(text, LIMITS.jsonDepth, READER, { draft, text, field, root, named, pointers, ...place })
  if (root >= 0) draft.present[root] = true
}

/** The pointer of a top-level value that is itself the field, as in most logs; it needs no second reading. */
const WHOLE_FIELD: Pointers = () => ''

/** With `belowKey` each top-level key is a field, and pointers begin below it. */
function pointersOf(text: string, belowKey: boolean): Pointers {
  let known: Map<number, string> | null = null
  return (start) => {
    known ??= new Map(jsonLeaves(text, { depth: LIMITS.jsonDepth }).map((leaf) => [leaf.start, leaf.pointer]))
    const pointer = known.get(start) ?? ''
    const below = pointer.indexOf('/', 1)
    return !belowKey ? pointer : below < 0 ? '' : pointer.slice(below)
  }
}

/** Reads an entry. JSON members are fields such as `payload.a.b`; plain `payload` stands for any string leaf of it. */
export function entryEvent(entry: Entry, fields: FieldTable): Event {
  const draft = newDraft(fields)
  addPlain(draft, 'sender', entry.sender)
  addPlain(draft, 'receiver', entry.receiver)
  addPlain(draft, 'kind', entry.kind)
  addPlain(draft, 'session', entry.session)
  addPlain(draft, 'context', entry.context)
  if (entry.payload.type === 'text') addPlain(draft, 'payload', entry.payload.text)
  else readJson(draft, entry.payload.text, 'payload', fields.nested.has('payload'))
  if (entry.attributes !== null) readJson(draft, entry.attributes, 'attributes', fields.nested.has('attributes'))
  return draft
}

/** Reads any JSON object, with its top-level keys as fields. */
export function jsonEvent(text: string, fields: FieldTable): Event {
  const draft = newDraft(fields)
  readJson(draft, text, null, true)
  return draft
}

/** The entry's log source. If it names none: product `ai_agent`, with the entry's kind as the category. */
export function logSourceOf({ logsource, kind }: Entry): LogSource {
  const { product, category, service } = logsource
  return product === undefined && category === undefined && service === undefined
    ? { product: 'ai_agent', category: kind }
    : logsource
}
