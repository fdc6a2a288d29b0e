import type { Literal } from '../regex/regex-literals.ts'

/** Stands for the values of all fields. */
export const ANY_FIELD = -1
/** Stands for the values of all fields and the names of members. */
export const ANY_TEXT = -2

/**
 * The smallest test on an event: whether a value of a field equals, begins with, ends with or contains a text, ignoring
 * case, or whether the field has a value. One pass over the event answers it for all rules.
 */
export interface Atom extends Literal {
  /** The number of a field, `ANY_FIELD` or `ANY_TEXT`. */
  readonly field: number
  readonly place: AtomPlace
}
/**
 * The maximum length of an atom's text, except for whole values. A longer text would be compared again at every place
 * where it seems to begin. Its first characters become the atom, and the rule compares the rest. The limit leaves room
 * for the thousands of hashes in public rules, prefixed with `SHA256=`.
 */
export const ATOM_CHARS = 80

export type AtomPlace = 'contains' | 'startswith' | 'endswith' | 'whole' | 'present'

/** Numbers the atoms of all rules; equal atoms share a number. Used while rules are compiled. */
export interface AtomTable {
  readonly atoms: readonly Atom[]
  /** By atom, how often rules requested it. */
  readonly uses: readonly number[]
  /** Lists of atoms. A gate is open if at least one of its atoms occurs. */
  readonly gates: readonly (readonly number[])[]
  /** The atoms whose every position is recorded. */
  readonly tracked: ReadonlySet<number>
  /** The number of the atom. `text` must be case-folded. */
  atom(field: number, text: string, place: AtomPlace): number
  /** The number of the atom for a required literal, or for its first `ATOM_CHARS` characters. */
  literal(field: number, literal: Literal): number
  gate(atoms: readonly number[]): number
  track(atom: number): void
}

export function atomTable(): AtomTable {
  /** By everything but the text, then by text. One key for both would keep a second copy of every text. */
  const numbersOf = new Map<string, Map<string, number>>()
  const gateNumbers = new Map<string, number>()
  const atoms: Atom[] = []
  const uses: number[] = []
  const gates: (readonly number[])[] = []
  const tracked = new Set<number>()
  const intern = (atom: Atom): number => {
    const { field, text, place, wordStart, wordEnd } = atom
    const key = `${field} ${place} ${wordStart ? '<' : ''}${wordEnd ? '>' : ''}`
    const numbers = numbersOf.get(key) ?? new Map<string, number>()
    const number = numbers.get(text) ?? atoms.length
    if (number === atoms.length) {
      numbersOf.set(key, numbers.set(text, number))
      atoms.push(atom)
    }
    uses[number] = (uses[number] ?? 0) + 1
    return number
  }
  return {
    atoms,
    uses,
    gates,
    tracked,
    atom: (field, text, place) => intern({ field, text, place, wordStart: false, wordEnd: false }),
    literal(field, { text, wordStart, wordEnd }) {
      const whole = text.length <= ATOM_CHARS
      const begin = whole ? text : text.slice(0, ATOM_CHARS)
      return intern({ field, text: begin, place: 'contains', wordStart, wordEnd: wordEnd && whole })
    },
    gate(members) {
      const list = [...new Set(members)].sort((a, b) => a - b)
      const key = list.join()
      const number = gateNumbers.get(key) ?? gates.length
      if (number === gates.length) {
        gateNumbers.set(key, number)
        gates.push(list)
      }
      return number
    },
    track: (atom) => void tracked.add(atom),
  }
}
