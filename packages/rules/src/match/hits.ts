import { alikeTexts, type AlikeTexts } from './alike-texts.ts'
import type { Atom } from './atoms.ts'
import type { Trie } from './trie.ts'

/** Atoms by field number. */
export type ByField = ReadonlyMap<number, readonly number[]>

/** The actions for each state of the automaton in which a text can end. */
export interface Hits {
  /**
   * For each list of outputs: its number of atoms, its number of groups, then field, flags, number and length of each
   * atom, then the number of each group. The last cell of a state's row is the offset of its list.
   */
  readonly cells: Int32Array
  readonly groups: readonly Group[]
}

/** Texts that need a full comparison, or that have too many atoms to iterate over. */
export interface Group {
  readonly alike: AlikeTexts<ByField>
  /** The atom, if the group has exactly one; else -1. */
  readonly only: number
}

/** A text with more atoms than this gets a group. */
const MAX_ATOMS_PER_TEXT = 16

/** Builds the actions. `ofText` lists the atoms of each text. Sets the last cell of each row of `table`. */
export function hitsOf(
  { outputs, table, width, cut }: Pick<Trie, 'outputs' | 'table' | 'width' | 'cut'>,
  { texts, ofText }: { readonly texts: readonly string[]; readonly ofText: readonly (readonly number[])[] },
  { atoms, flags }: { readonly atoms: readonly Atom[]; readonly flags: Uint8Array },
): Hits {
  const cells: number[] = [0, 0]
  const groups: Group[] = []
  /** Group numbers by the first text of the group; no text is in two groups. */
  const known = new Map<number, number>()
  const textOf = (number: number) => texts[number] ?? ''
  const atomsOf = (number: number) => ofText[number] ?? []
  const seenOf = (number: number) => Math.min(textOf(number).length, cut)
  const isSimple = (number: number) =>
    textOf(number).length <= cut &&
    /^[\0-\u007f]*$/.test(textOf(number)) &&
    atomsOf(number).length <= MAX_ATOMS_PER_TEXT
  const groupOf = (members: readonly number[], seen: number): number => {
    const [first = -1] = members
    const there = known.get(first)
    if (there !== undefined) return there
    known.set(first, groups.length)
    const rows = members.map((number) => ({ text: textOf(number), wanted: byField(atomsOf(number), atoms) }))
    const [only = -1, ...more] = members.flatMap(atomsOf)
    return groups.push({ alike: alikeTexts(rows, seen), only: more.length === 0 ? only : -1 }) - 1
  }
  for (const [row, numbers] of outputs) {
    const simple = numbers.filter(isSimple)
    const others = numbers.filter((number) => !isSimple(number))
    const lengths = new Set(others.map(seenOf))
    table[row + width - 1] = cells.length
    cells.push(simple.flatMap(atomsOf).length, lengths.size)
    for (const number of simple)
      for (const atom of atomsOf(number))
        cells.push(atoms[atom]?.field ?? 0, flags[atom] ?? 0, atom, textOf(number).length)
    for (const length of lengths) {
      const members = others.filter((number) => seenOf(number) === length)
      cells.push(groupOf(members, length))
    }
  }
  return { cells: Int32Array.from(cells), groups }
}

export function byField(list: readonly number[], atoms: readonly Atom[]): ByField {
  const found = new Map<number, number[]>()
  for (const atom of list) {
    const field = atoms[atom]?.field ?? 0
    const there = found.get(field)
    if (there) there.push(atom)
    else found.set(field, [atom])
  }
  return found
}
