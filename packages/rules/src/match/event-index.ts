import { ANY_FIELD, ANY_TEXT, type Atom, type AtomTable } from './atoms.ts'
import { foldedOf, type Event, type EventLeaf } from './event.ts'
import { buildTrie, foldedUnits } from './trie.ts'
import type { Steps } from '../turns.ts'

/**
 * Which atoms hold for the event that was read last. A whole value is looked up, texts are found by one automaton in one
 * pass over each value.
 */
export interface EventIndex {
  /** By atom, 1 where it holds. Exact but for texts with characters beyond the basic plane: those may hold where it says 1. */
  readonly held: Uint8Array
  /** Those that hold. */
  readonly heldAtoms: readonly number[]
  /** By gate, 1 where it is open. */
  readonly open: Uint8Array
  /** Reads an event, and forgets the one before. `scope` says what will be asked. */
  read(event: Event, scope: Scope): void
  /** Where a tracked atom begins is a chain of places of the event, the last one first; -1 ends it. */
  lastPlace(atom: number): number
  placeBefore(link: number): number
  placeAt(link: number): number
}

/** What of an event has to be read. */
export interface Scope {
  /** By field, 1 where its values matter. */
  readonly fields: Uint8Array
  /** Whether all values matter. */
  readonly everything: boolean
}

/** Places for which room is kept from event to event. */
const KEPT_PLACES = 4_096
/** Behind all leaves: nobody looks for a match in a name. */
export const NAMES_BASE = 2 ** 30

// What has to be true beside the text.
const AT_START = 1
const AT_END = 2
const WORD_START = 4
const WORD_END = 8
/** The automaton has seen only the beginning, or cannot tell some of the characters. */
const COMPARE = 16
/** Every place is kept. The largest of the flags. */
const TRACKED = 32

/** `fieldCount`: how many fields are numbered. The table must be complete. */
export function* buildEventIndex(table: AtomTable, fieldCount: number): Steps<EventIndex> {
  const { atoms, tracked } = table
  const { texts, ofText, single } = textsOf(atoms)
  const { classes, table: next, width, outputs: outputsOf, cut } = yield* buildTrie(texts)
  const outputs = width - 1
  const wholes = wholeTables(atoms, fieldCount)
  const presence = presenceAtoms(atoms, fieldCount)
  const fieldOf = Int32Array.from(atoms, ({ field }) => field)
  const foundLength = Uint16Array.from(atoms, ({ text }) => Math.min(text.length, cut))
  const restLength = Uint32Array.from(atoms, ({ text }) => Math.max(0, text.length - cut))
  const flags = Uint8Array.from(atoms, (atom, number) => flagsOf(atom, cut) | (tracked.has(number) ? TRACKED : 0))
  const fold = foldedUnits()
  yield
  const hits = hitsOf(outputsOf, next, width, (number) =>
    (ofText[number] ?? NONE).map((atom) => [atoms[atom]?.field ?? 0, flags[atom] ?? 0, atom]),
  )

  yield
  const held = new Uint8Array(atoms.length)
  const heldAtoms: number[] = []
  const gatesOf: number[][] = atoms.map(() => [])
  for (const [gate, members] of table.gates.entries()) for (const atom of members) gatesOf[atom]?.push(gate)
  const open = new Uint8Array(table.gates.length)
  const opened: number[] = []
  // The places of an atom are a chain: `latest` of the atom, then `before` of each place.
  const latest = new Int32Array(atoms.length).fill(-1)
  let places = new Int32Array(KEPT_PLACES)
  let before = new Int32Array(KEPT_PLACES)
  let placeCount = 0

  function keepPlace(atom: number, place: number): void {
    if (placeCount === places.length) {
      const [morePlaces, moreBefore] = [new Int32Array(placeCount * 2), new Int32Array(placeCount * 2)]
      morePlaces.set(places)
      moreBefore.set(before)
      ;[places, before] = [morePlaces, moreBefore]
    }
    places[placeCount] = place
    before[placeCount] = latest[atom] ?? -1
    latest[atom] = placeCount++
  }

  function hold(atom: number): void {
    if (held[atom] === 1) return
    held[atom] = 1
    heldAtoms.push(atom)
    const gates = gatesOf[atom] ?? NONE
    for (let index = 0; index < gates.length; index++) {
      const gate = gates[index] ?? 0
      if (open[gate] === 1) continue
      open[gate] = 1
      opened.push(gate)
    }
  }

  /** Whether the rest of the atom stands there too. */
  function standsAt(text: string, begin: number, wanted: string): boolean {
    if (begin + wanted.length > text.length) return false
    for (let at = 0; at < wanted.length; at++) {
      const code = wanted.charCodeAt(at)
      if (fold[text.charCodeAt(begin + at)] === code) continue
      // Letters beyond the basic plane have cases too, which their halves do not show.
      if (code < 0xdc00 || code >= 0xe000) return false
    }
    return true
  }

  function found(atom: number, flag: number, text: string, end: number, base: number): void {
    const begin = end - (foundLength[atom] ?? 0)
    // The commonest texts are short words; most of what looks like them is a part of longer ones.
    if ((flag & WORD_START) !== 0 && !edge(text, begin)) return
    if ((flag & AT_START) !== 0 && begin !== 0) return
    const stop = end + (restLength[atom] ?? 0)
    if ((flag & AT_END) !== 0 && stop !== text.length) return
    if ((flag & COMPARE) !== 0 && !standsAt(text, begin, atoms[atom]?.text ?? '')) return
    if ((flag & WORD_END) !== 0 && !edge(text, stop)) return
    if ((flag & TRACKED) !== 0) keepPlace(atom, base + begin)
    if (held[atom] === 0) hold(atom)
  }

  function scan(text: string, base: number, slot: number, root: number): void {
    const names = base === NAMES_BASE
    let state = 0
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      state = next[state + (classes[code] ?? 0)] ?? 0
      if (state < 0) {
        state = ~state
        let hit = next[state + outputs] ?? 0
        for (let left = hits[hit] ?? 0; left > 0; left--) {
          hit += 3
          const field = hits[hit - 2] ?? 0
          if (field !== slot && field !== root && field !== ANY_TEXT && (field !== ANY_FIELD || names)) continue
          const flag = hits[hit - 1] ?? 0
          const atom = hits[hit] ?? 0
          if (held[atom] === 1 && flag < TRACKED) continue
          found(atom, flag, text, at + 1, base)
        }
      }
      // Single characters beyond ASCII are many and rare: apart, they cost the table nothing and are exact.
      if (code >= 128 && single.size > 0) scanSingle(text, at, base, slot, root)
    }
  }

  function scanSingle(text: string, at: number, base: number, slot: number, root: number): void {
    const code = text.codePointAt(at) ?? 0
    if (code < 0x10000) return holdSingle(single.get(fold[code] ?? 0), 1, text, at, base, slot, root)
    holdSingle(single.get(code), 2, text, at, base, slot, root)
    // An expression may ask for the first half alone.
    holdSingle(single.get(text.charCodeAt(at)), 1, text, at, base, slot, root)
  }

  function holdSingle(
    list: readonly number[] | undefined,
    length: number,
    text: string,
    at: number,
    base: number,
    slot: number,
    root: number,
  ): void {
    if (list === undefined) return
    for (const atom of list) {
      const field = fieldOf[atom] ?? 0
      if (field !== slot && field !== root && field !== ANY_TEXT && (field !== ANY_FIELD || base === NAMES_BASE))
        continue
      const flag = flags[atom] ?? 0
      if ((flag & AT_START) !== 0 && at !== 0) continue
      if ((flag & AT_END) !== 0 && at + length !== text.length) continue
      if ((flag & (WORD_START | WORD_END)) !== 0) {
        if ((flag & WORD_START) !== 0 && !edge(text, at)) continue
        if ((flag & WORD_END) !== 0 && !edge(text, at + length)) continue
      }
      if ((flag & TRACKED) !== 0) keepPlace(atom, base + at)
      hold(atom)
    }
  }

  function lookUp(leaf: EventLeaf, slot: number): void {
    const there = presence[slot] ?? -1
    if (there >= 0) hold(there)
    const whole = wholes[slot]
    if (whole === undefined || leaf.text.length > whole.longest) return
    const atom = whole.atoms.get(foldedOf(leaf))
    if (atom !== undefined) hold(atom)
  }

  function clear(): void {
    for (let index = 0; index < heldAtoms.length; index++) {
      const atom = heldAtoms[index] ?? 0
      held[atom] = 0
      latest[atom] = -1
    }
    for (let index = 0; index < opened.length; index++) open[opened[index] ?? 0] = 0
    heldAtoms.length = 0
    opened.length = 0
    placeCount = 0
    if (places.length > KEPT_PLACES) {
      places = new Int32Array(KEPT_PLACES)
      before = new Int32Array(KEPT_PLACES)
    }
  }

  return {
    held,
    heldAtoms,
    open,
    read({ leaves, names }, { fields, everything }) {
      clear()
      for (let index = 0; index < leaves.length; index++) {
        const leaf = leaves[index]
        if (leaf === undefined || leaf.type === 'null') continue
        const { text, base, slot, root } = leaf
        const wanted = (slot >= 0 && fields[slot] === 1) || (root >= 0 && fields[root] === 1)
        if (!everything && !wanted) continue
        if (slot >= 0) lookUp(leaf, slot)
        if (root >= 0) lookUp(leaf, root)
        // -3 is the number of no field.
        scan(text, base, slot < 0 ? -3 : slot, root < 0 ? -3 : root)
      }
      // No rule reads names, but a secret may stand in one, or be called one by it.
      for (let index = 0; index < names.length; index++) scan(names[index] ?? '', NAMES_BASE, -3, -3)
    },
    lastPlace: (atom) => latest[atom] ?? -1,
    placeBefore: (link) => before[link] ?? -1,
    placeAt: (link) => places[link] ?? 0,
  }
}

const NONE: readonly number[] = []

/** Whether the place is the start or the end of a word. */
function edge(text: string, at: number): boolean {
  const before = at > 0 ? (WORD[text.charCodeAt(at - 1)] ?? 0) : 0
  return before !== (at < text.length ? (WORD[text.charCodeAt(at)] ?? 0) : 0)
}

/** 1 where `\b` of a regular expression sees a word, in the text as it was sent: the Kelvin sign folds to a letter and is none. */
const WORD = new Uint8Array(65536)
for (let code = 0; code < 128; code++) WORD[code] = /\w/.test(String.fromCharCode(code)) ? 1 : 0

function flagsOf({ text, place, wordStart, wordEnd }: Atom, cut: number): number {
  return (
    (place === 'startswith' ? AT_START : 0) |
    (place === 'endswith' ? AT_END : 0) |
    (wordStart ? WORD_START : 0) |
    (wordEnd ? WORD_END : 0) |
    (text.length > cut || /[^\0-\u007f]/.test(text) ? COMPARE : 0)
  )
}

interface Texts {
  readonly texts: readonly string[]
  /** By text its atoms. */
  readonly ofText: readonly (readonly number[])[]
  /** By code point the atoms of which it is the whole text, where it is beyond ASCII. */
  readonly single: ReadonlyMap<number, readonly number[]>
}

function textsOf(atoms: readonly Atom[]): Texts {
  const numbers = new Map<string, number>()
  const texts: string[] = []
  const ofText: number[][] = []
  const single = new Map<number, number[]>()
  for (const [atom, { text, place }] of atoms.entries()) {
    if (place === 'whole' || place === 'present') continue
    const code = text.codePointAt(0) ?? 0
    if (code >= 128 && text.length === (code > 0xffff ? 2 : 1)) {
      for (const cased of casesOf(code)) {
        const there = single.get(cased)
        if (there) there.push(atom)
        else single.set(cased, [atom])
      }
      continue
    }
    const number = numbers.get(text) ?? texts.length
    if (number === texts.length) {
      numbers.set(text, number)
      texts.push(text)
      ofText.push([])
    }
    ofText[number]?.push(atom)
  }
  return { texts, ofText, single }
}

/** Below U+10000 characters are folded when they are read; the others are few enough to be listed in each case. */
function casesOf(code: number): number[] {
  if (code <= 0xffff) return [code]
  const upper = String.fromCodePoint(code).toUpperCase().codePointAt(0) ?? code
  return upper === code ? [code] : [code, upper]
}

/**
 * For each list of outputs how many atoms it has, then field, flags and number of each; the last cell of a state tells
 * where its list begins.
 */
function hitsOf(
  outputs: ReadonlyMap<number, readonly number[]>,
  table: Int32Array,
  width: number,
  atomsOf: (text: number) => readonly (readonly number[])[],
): Int32Array {
  const hits: number[] = [0]
  for (const [row, texts] of outputs) {
    const atoms = texts.flatMap(atomsOf)
    table[row + width - 1] = hits.length
    hits.push(atoms.length)
    for (const atom of atoms) hits.push(...atom)
  }
  return Int32Array.from(hits)
}

interface WholeTable {
  readonly atoms: Map<string, number>
  longest: number
}

function wholeTables(atoms: readonly Atom[], fieldCount: number): readonly (WholeTable | undefined)[] {
  const tables: (WholeTable | undefined)[] = Array.from({ length: fieldCount })
  for (const [atom, { field, text, place }] of atoms.entries()) {
    if (place !== 'whole') continue
    const table = tables[field] ?? { atoms: new Map<string, number>(), longest: 0 }
    table.atoms.set(text, atom)
    table.longest = Math.max(table.longest, text.length)
    tables[field] = table
  }
  return tables
}

function presenceAtoms(atoms: readonly Atom[], fieldCount: number): Int32Array {
  const found = new Int32Array(fieldCount).fill(-1)
  for (const [atom, { field, place }] of atoms.entries()) if (place === 'present') found[field] = atom
  return found
}
