import type { Entry, LogSource } from './entry.ts'
import { leaves as jsonLeaves, pointerSegment, type LeafType } from './json-text.ts'
import { LIMITS } from './limits.ts'

/** One value of an event: a plain field, or a leaf of a JSON one. */
export interface EventLeaf {
  /** The field that it belongs to, as in `Place`. */
  readonly field: string
  readonly pointer: string | null
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

type LooseLeaf = Omit<EventLeaf, 'base'>

interface Builder {
  readonly event: Event
  readonly names: string[]
  readonly present: (boolean | undefined)[]
  add(leaf: LooseLeaf, name: string | null, keys: number): EventLeaf
  alias(slot: number | undefined, leaf: EventLeaf): void
}

function builder(fields: FieldTable): Builder {
  const leaves: EventLeaf[] = []
  const names: string[] = []
  const bySlot: (EventLeaf[] | undefined)[] = []
  const present: (boolean | undefined)[] = []
  const keysOf: number[] = []
  let base = 0
  const alias = (slot: number | undefined, leaf: EventLeaf) => {
    if (slot === undefined) return
    const there = bySlot[slot]
    if (there) there.push(leaf)
    else bySlot[slot] = [leaf]
    present[slot] = true
  }
  return {
    event: { leaves, names, bySlot, present },
    names,
    present,
    alias,
    add({ field, pointer, text, type, start, end }, name, keys) {
      const leaf: EventLeaf = { field, pointer, text, type, start, end, base }
      base += text.length + 1
      leaves.push(leaf)
      if (name === null) return leaf
      const slot = fields.slots.get(name)
      if (slot !== undefined) {
        // `{"a.b": 1, "a": {"b": 2}}`: the flat key wins.
        const before = keysOf[slot] ?? keys
        if (keys < before) bySlot[slot] = undefined
        if (keys <= before) {
          keysOf[slot] = keys
          alias(slot, leaf)
        }
      }
      if (!fields.asksPresence) return leaf
      for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
        const parent = fields.slots.get(name.slice(0, dot))
        if (parent !== undefined) present[parent] = true
      }
      return leaf
    },
  }
}

/** An entry as an event: its fields, `payload.a.b` and `attributes.a.b` by path; `payload` alone is any string leaf. */
export function entryEvent(entry: Entry, fields: FieldTable): Event {
  const { event, names, present, add, alias } = builder(fields)
  const plain = (field: string, text: string | null) => {
    if (text !== null) add({ field, pointer: null, text, type: 'string', start: -1, end: -1 }, field, 1)
  }
  const json = (field: string, text: string) => {
    const root = fields.slots.get(field)
    const named = fields.nested.has(field)
    for (const found of jsonLeaves(text, { depth: LIMITS.jsonDepth }, (name) => names.push(name))) {
      const leaf = add({ ...found, field }, named && found.path !== '' ? `${field}.${found.path}` : null, found.keys)
      if (found.type === 'string') alias(root, leaf)
    }
    if (root !== undefined) present[root] = true
  }
  plain('sender', entry.sender)
  plain('receiver', entry.receiver)
  plain('kind', entry.kind)
  plain('session', entry.session)
  plain('context', entry.context)
  if (entry.payload.type === 'text') plain('payload', entry.payload.text)
  else json('payload', entry.payload.text)
  if (entry.attributes !== null) json('attributes', entry.attributes)
  return event
}

/** Any JSON object as an event: its top-level keys are the fields. */
export function jsonEvent(text: string, fields: FieldTable): Event {
  const { event, add } = builder(fields)
  for (const found of jsonLeaves(text, { depth: LIMITS.jsonDepth })) {
    const end = found.pointer.indexOf('/', 1)
    const field = (end < 0 ? found.pointer.slice(1) : found.pointer.slice(1, end))
      .replaceAll('~1', '/')
      .replaceAll('~0', '~')
    const pointer = found.pointer.slice(pointerSegment(field).length + 1)
    add({ ...found, field, pointer }, found.path, found.keys)
  }
  return event
}

/** The log source of an entry that names none is that of an AI agent, by its kind. */
export function logSourceOf({ logsource, kind }: Entry): LogSource {
  const { product, category, service } = logsource
  return product === undefined && category === undefined && service === undefined
    ? { product: 'ai_agent', category: kind }
    : logsource
}
