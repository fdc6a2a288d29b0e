import { ANY_FIELD } from './atoms.ts'
import type { Entry, LogSource } from '../entry.ts'
import { foldCase } from '@sentinelmesh/text/fold-case'
import { leaves as jsonLeaves, scanWith, stringAt, type LeafType, type Visitor } from '@sentinelmesh/text/json-text'
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
  /** The numbers of the fields that it is a value of: by its own name, and as a part of the whole field; -1 for none. */
  slot: number
  readonly root: number
  /** What `foldedOf` has worked out. */
  folded: string | null
}

/** What rules are tried on. */
export interface Event {
  /** UTF-16 units of all leaves. */
  readonly length: number
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

/** The text of the leaf in the form of `foldCase`, made once for all rules that ask. */
export function foldedOf(leaf: EventLeaf): string {
  leaf.folded ??= foldCase(leaf.text)
  return leaf.folded
}

const NO_LEAVES: readonly EventLeaf[] = []

/** The values of a field by its number; of `ANY_FIELD` all. */
export function leavesOf(event: Event, slot: number): readonly EventLeaf[] {
  return slot === ANY_FIELD ? event.leaves : (event.bySlot[slot] ?? NO_LEAVES)
}

/** An event that is being put together. */
interface Draft {
  readonly fields: FieldTable
  readonly leaves: EventLeaf[]
  readonly names: string[]
  readonly bySlot: (EventLeaf[] | undefined)[]
  readonly present: (boolean | undefined)[]
  /** Of how many keys the name is made by which the leaves of a slot were found. */
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
 * Lets rules find the leaf by its name, which is made of so many keys; by the name without its blanks too, which is how
 * Sigma writes the fields of a log.
 */
function nameLeaf(draft: Draft, leaf: EventLeaf, name: string, keys: number): void {
  const { slots } = draft.fields
  const slot = slots.get(name)
  if (slot !== undefined) putLeaf(draft, leaf, slot, keys)
  if (!name.includes(' ')) return
  const stripped = slots.get(withoutBlanks(name))
  if (stripped === undefined) return
  if (slot === undefined) return putLeaf(draft, leaf, stripped, keys + STRIPPED)
  // Rules name it both ways: it is there once for each.
  const again: EventLeaf = { ...leaf, base: draft.length, slot: -1, root: -1 }
  draft.length += leaf.text.length + 1
  draft.leaves.push(again)
  putLeaf(draft, again, stripped, keys + STRIPPED)
}

const withoutBlanks = (name: string) => name.replaceAll(' ', '')

/** More than the keys of any name: `{"New Value": 1, "NewValue": 2}`, the name that is written so wins. */
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

/** A field is there with nothing in it as well. */
function nameContainer({ fields: { slots }, present }: Draft, name: string): void {
  for (const slot of [slots.get(name), slots.get(withoutBlanks(name))]) if (slot !== undefined) present[slot] = true
}

/** A JSON text that is being read: where it belongs, and what the value that comes next is called. */
interface Reading {
  readonly draft: Draft
  readonly text: string
  /** The field that its leaves are of; null where each top-level key is a field. */
  readonly field: string | null
  readonly root: number
  /** Whether rules name parts of it, so that the names of its leaves have to be known. */
  readonly named: boolean
  readonly pointers: Pointers
  /** By depth: what the container is called, of how many keys that is made, and whether it is an array. */
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
    if (!inArray && draft.fields.asksPresence) nameContainer(draft, path)
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
    const leaf: EventLeaf = {
      field: field ?? reading.top,
      pointers,
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

/** Of an event each top-level key is a field: pointers begin below it. */
function pointersOf(text: string, belowKey: boolean): Pointers {
  let known: Map<number, string> | null = null
  return (start) => {
    known ??= new Map(jsonLeaves(text, { depth: LIMITS.jsonDepth }).map((leaf) => [leaf.start, leaf.pointer]))
    const pointer = known.get(start) ?? ''
    const below = pointer.indexOf('/', 1)
    return !belowKey ? pointer : below < 0 ? '' : pointer.slice(below)
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
  else readJson(draft, entry.payload.text, 'payload', fields.nested.has('payload'))
  if (entry.attributes !== null) readJson(draft, entry.attributes, 'attributes', fields.nested.has('attributes'))
  return draft
}

/** Any JSON object as an event: its top-level keys are the fields. */
export function jsonEvent(text: string, fields: FieldTable): Event {
  const draft = newDraft(fields)
  readJson(draft, text, null, true)
  return draft
}

/** The log source of an entry that names none is that of an AI agent, by its kind. */
export function logSourceOf({ logsource, kind }: Entry): LogSource {
  const { product, category, service } = logsource
  return product === undefined && category === undefined && service === undefined
    ? { product: 'ai_agent', category: kind }
    : logsource
}
