import { eachAlike } from './alike-texts.ts'
import { ANY_FIELD, ANY_TEXT, type Atom, type AtomTable } from './atoms.ts'
import { foldedOf, type Event, type EventLeaf } from './event.ts'
import { byField, hitsOf, type ByField } from './hits.ts'
import { buildTrie, foldedUnits } from './trie.ts'
import type { Steps } from '../turns.ts'

/**
 * Finds the atoms of one event at a time. Whole values are looked up in a map; all other texts are found by one
 * automaton in one pass over each value.
 */
export interface EventIndex {
  /** By atom, 1 if it occurs. May be a false hit for texts with characters beyond the basic plane; exact otherwise. */
  readonly held: Uint8Array
  /** The atoms that occur. */
  readonly heldAtoms: readonly number[]
  /** By gate, 1 if it is open. */
  readonly open: Uint8Array
  /** Reads an event and discards the previous one. `scope` limits what is read. */
  read(event: Event, scope: Scope): void
  /** The positions where a tracked atom begins form a linked list, last position first; -1 ends it. */
  lastPlace(atom: number): number
  placeBefore(link: number): number
  placeAt(link: number): number
}

/** The parts of an event to read. */
export interface Scope {
  /** By field, 1 if its values are needed. */
  readonly fields: Uint8Array
  /** Whether all values are needed. */
  readonly everything: boolean
}

/** Initial capacity of the buffer of places, which is reused between events. */
const INITIAL_PLACES = 4_096
/** A base above that of every leaf: rules do not search the names of members. */
export const NAMES_BASE = 2 ** 30

// Conditions on an occurrence, in addition to its text.
const AT_START = 1
const AT_END = 2
const WORD_START = 4
const WORD_END = 8
/** Every position is recorded. Must be the largest flag. */
const TRACKED = 16
/** Matches no field. */
const NO_FIELD = -3

/** `fieldCount` is the number of numbered fields. The table must not change afterwards. */
export function* buildEventIndex(table: AtomTable, fieldCount: number): Steps<EventIndex> {
  const { atoms, tracked } = table
  const ends = textsOf(atoms)
  const { classes, table: next, width, outputs: outputsOf, cut } = yield* buildTrie(ends.texts)
  const outputs = width - 1
  const wholes = wholeTables(atoms, fieldCount)
  const presence = presenceAtoms(atoms, fieldCount)
  const flags = Uint8Array.from(atoms, (atom, number) => flagsOf(atom) | (tracked.has(number) ? TRACKED : 0))
  const fold = foldedUnits()
  yield
  const { cells, groups } = hitsOf({ outputs: outputsOf, table: next, width, cut }, ends, { atoms, flags })
  const single = new Map([...ends.single].map(([code, list]) => [code, byField(list, atoms)]))

  yield
  const held = new Uint8Array(atoms.length)
  const heldAtoms: number[] = []
  const gatesOf: number[][] = atoms.map(() => [])
  for (const [gate, members] of table.gates.entries()) for (const atom of members) gatesOf[atom]?.push(gate)
  const open = new Uint8Array(table.gates.length)
  const opened: number[] = []
  // The places of an atom form a linked list: `latest` of the atom, then `before` of each place.
  const latest = new Int32Array(atoms.length).fill(-1)
  let places = new Int32Array(INITIAL_PLACES)
  let before = new Int32Array(INITIAL_PLACES)
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

  // The text being scanned, its position among all texts of the event, and the fields that it is a value of.
  let [text, base, slot, root] = ['', 0, NO_FIELD, NO_FIELD]

  function found(atom: number, flag: number, begin: number, end: number): void {
    // Checked first: most hits of the commonest texts, short words, are inside longer words.
    if ((flag & WORD_START) !== 0 && !edge(text, begin)) return
    if ((flag & AT_START) !== 0 && begin !== 0) return
    if ((flag & AT_END) !== 0 && end !== text.length) return
    if ((flag & WORD_END) !== 0 && !edge(text, end)) return
    if ((flag & TRACKED) !== 0) keepPlace(atom, base + begin)
    if (held[atom] === 0) hold(atom)
  }

  function foundAll(wanted: ByField | undefined, begin: number, end: number): void {
    if (wanted === undefined) return
    const list = (field: number) => {
      for (const atom of wanted.get(field) ?? NONE) found(atom, flags[atom] ?? 0, begin, end)
    }
    list(slot)
    if (root !== slot) list(root)
    list(ANY_TEXT)
    if (base !== NAMES_BASE) list(ANY_FIELD)
  }

  function scan(): void {
    const names = base === NAMES_BASE
    let state = 0
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      state = next[state + (classes[code] ?? 0)] ?? 0
      if (state < 0) {
        state = ~state
        let hit = next[state + outputs] ?? 0
        let left = cells[hit++] ?? 0
        let more = cells[hit] ?? 0
        for (; left > 0; left--) {
          hit += 4
          const field = cells[hit - 3] ?? 0
          if (field !== slot && field !== root && field !== ANY_TEXT && (field !== ANY_FIELD || names)) continue
          const flag = cells[hit - 2] ?? 0
          const atom = cells[hit - 1] ?? 0
          if (held[atom] === 1 && flag < TRACKED) continue
          found(atom, flag, at + 1 - (cells[hit] ?? 0), at + 1)
        }
        for (; more > 0; more--) {
          const group = groups[cells[++hit] ?? 0]
          if (group === undefined) continue
          const { only, alike } = group
          if (held[only] !== 1 || (flags[only] ?? 0) >= TRACKED) eachAlike(alike, text, at + 1 - alike.seen, foundAll)
        }
      }
      // Single non-ASCII characters are many and rare. Kept out of the table, they cost it nothing and are exact.
      if (code >= 128 && single.size > 0) scanSingle(at)
    }
  }

  function scanSingle(at: number): void {
    const code = text.codePointAt(at) ?? 0
    if (code < 0x10000) return foundAll(single.get(fold[code] ?? 0), at, at + 1)
    foundAll(single.get(code), at, at + 2)
    // A regular expression may search for the high surrogate alone.
    foundAll(single.get(text.charCodeAt(at)), at, at + 1)
  }

  function lookUp(leaf: EventLeaf, field: number): void {
    const there = presence[field] ?? -1
    if (there >= 0) hold(there)
    const whole = wholes[field]
    if (whole === undefined || text.length > whole.longest) return
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
    if (places.length > INITIAL_PLACES) {
      places = new Int32Array(INITIAL_PLACES)
      before = new Int32Array(INITIAL_PLACES)
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
        const wanted = (leaf.slot >= 0 && fields[leaf.slot] === 1) || (leaf.root >= 0 && fields[leaf.root] === 1)
        if (!everything && !wanted) continue
        ;({ text, base } = leaf)
        slot = leaf.slot < 0 ? NO_FIELD : leaf.slot
        root = leaf.root < 0 ? NO_FIELD : leaf.root
        if (slot >= 0) lookUp(leaf, slot)
        if (root >= 0) lookUp(leaf, root)
        scan()
      }
      // Rules do not read names, but a name may contain a secret or mark its value as one.
      ;[base, slot, root] = [NAMES_BASE, NO_FIELD, NO_FIELD]
      for (let index = 0; index < names.length; index++) {
        text = names[index] ?? ''
        scan()
      }
      text = ''
    },
    lastPlace: (atom) => latest[atom] ?? -1,
    placeBefore: (link) => before[link] ?? -1,
    placeAt: (link) => places[link] ?? 0,
  }
}

const NONE: readonly number[] = []

/** Returns whether `\b` matches at the offset. */
function edge(text: string, at: number): boolean {
  const before = at > 0 ? (WORD[text.charCodeAt(at - 1)] ?? 0) : 0
  return before !== (at < text.length ? (WORD[text.charCodeAt(at)] ?? 0) : 0)
}

/** 1 for word characters as in `\w`, before case folding: the Kelvin sign folds to a letter but is not one. */
const WORD = new Uint8Array(65536)
for (let code = 0; code < 128; code++) WORD[code] = /\w/.test(String.fromCharCode(code)) ? 1 : 0

function flagsOf({ place, wordStart, wordEnd }: Atom): number {
  return (
    (place === 'startswith' ? AT_START : 0) |
    (place === 'endswith' ? AT_END : 0) |
    (wordStart ? WORD_START : 0) |
    (wordEnd ? WORD_END : 0)
  )
}

interface Texts {
  readonly texts: readonly string[]
  /** By text, its atoms. */
  readonly ofText: readonly (readonly number[])[]
  /** The atoms whose text is a single non-ASCII character, by its code point. */
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

/** Characters below U+10000 are folded when they are read; the few others are listed in both cases. */
function casesOf(code: number): number[] {
  if (code <= 0xffff) return [code]
  const upper = String.fromCodePoint(code).toUpperCase().codePointAt(0) ?? code
  return upper === code ? [code] : [code, upper]
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
