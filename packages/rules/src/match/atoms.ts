import type { Literal } from '../regex/regex-literals.ts'

/** The fields of which a value is looked at, beside the numbered ones. */
export const ANY_FIELD = -1
/** Names of members too. */
export const ANY_TEXT = -2

/**
 * The smallest thing that an event can be asked, answered for all rules together while its texts are read once: whether
 * some value of a field is a text, begins or ends with it, or holds it, case ignored; or whether the field has a value.
 */
export interface Atom extends Literal {
  /** The number of a field, `ANY_FIELD` or `ANY_TEXT`. */
  readonly field: number
  readonly place: AtomPlace
}
/**
 * Characters of a text that is no whole value: a longer one would be compared anew at each place that it seems to begin
 * at. Of longer ones the beginning is an atom, and whoever asks for it looks for the rest. Public rules list thousands of
 * hashes, with `SHA256=` before them.
 */
export const ATOM_CHARS = 80

export type AtomPlace = 'contains' | 'startswith' | 'endswith' | 'whole' | 'present'

/** Numbers atoms, equal ones alike, whatever rule they come from. Used while rules are compiled. */
export interface AtomTable {
  readonly atoms: readonly Atom[]
  /** How often rules asked for each. */
  readonly uses: readonly number[]
  /** Lists of atoms. A gate is open where one of its atoms holds. */
  readonly gates: readonly (readonly number[])[]
  /** The atoms of which every place is kept. */
  readonly tracked: ReadonlySet<number>
  /** The number of the atom. `text` must be folded. */
  atom(field: number, text: string, place: AtomPlace): number
  /** The number of the atom of a literal that a value requires, or of its beginning. */
  literal(field: number, literal: Literal): number
  gate(atoms: readonly number[]): number
  track(atom: number): void
}

export function atomTable(): AtomTable {
  const numbers = new Map<string, number>()
  const gateNumbers = new Map<string, number>()
  const atoms: Atom[] = []
  const uses: number[] = []
  const gates: (readonly number[])[] = []
  const tracked = new Set<number>()
  const intern = (atom: Atom): number => {
    const { field, text, place, wordStart, wordEnd } = atom
    const key = `${field} ${place} ${wordStart ? '<' : ''}${wordEnd ? '>' : ''} ${text}`
    const number = numbers.get(key) ?? atoms.length
    if (number === atoms.length) {
      numbers.set(key, number)
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
