import type { Event, EventLeaf, FieldTable } from './event.ts'
import type { LeafPlace, Range } from './found.ts'
import type { Entry, LogSource } from '../entry.ts'

/** What an entry is to rules of other log sources: an event that is worked out of it, and of which nothing is stored. */
export interface View {
  /** The category of its log source. */
  readonly name: string
  /** Its number among the views of that name, from 0. */
  readonly index: number
  readonly logsource: LogSource
  /** A field that is not known is absent. */
  readonly fields: ReadonlyMap<string, readonly ViewText[]>
}

/** A text of a view with what it was made from. */
export interface ViewText {
  readonly text: string
  /** In order, without gaps. */
  readonly pieces: readonly Piece[]
}

/** One run of the text. */
export interface Piece extends Range {
  /**
   * `copied`: as it stands in the leaf, unit for unit; `decoded`: read from it; `made`: nobody wrote it, but it was made
   * because of that part.
   */
  readonly how: 'copied' | 'decoded' | 'made'
  /** A text of the entry; null where it was made because of none. */
  readonly leaf: EventLeaf | null
  readonly from: number
  readonly to: number
}

/** Why an entry may have done more than its views say. */
export type Incomplete = 'too_many_commands' | 'too_deep' | 'too_long' | 'unreadable'

export interface ViewList extends ReadonlyArray<View> {
  readonly incomplete: Incomplete | null
  /** Nothing in the entry says on what system it happened: Linux is taken. */
  readonly systemAssumed: boolean
}

export type ViewsOf = (entry: Entry) => ViewList

export interface EntryOptions {
  /** Rules of other log sources are tried on these as well. */
  readonly views?: ViewsOf
}

/** Log sources that views have. The product of `database` may be that of any engine. */
export const VIEW_LOG_SOURCES: readonly LogSource[] = [
  ...['linux', 'macos', 'windows'].flatMap((product) =>
    ['process_creation', 'file_event', 'file_change', 'file_access', 'file_delete', 'dns_query'].map((category) => ({
      product,
      category,
    })),
  ),
  { category: 'proxy' },
  ...['sql', 'mssql', 'mysql', 'oracle', 'postgresql', 'sqlite'].map((product) => ({ product, category: 'database' })),
]

export const viewName = ({ name, index }: View) => `${name}[${index}]`

interface ViewLeaf extends EventLeaf {
  readonly made: ViewText
}

export function viewEvent({ fields }: View, { slots }: FieldTable): Event {
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

/** Where in the entry the text of the place came from; null where it came from nowhere. */
export function placeInEntry({ leaf, start, end }: LeafPlace, view: View, number: number): LeafPlace | null {
  const found = originOf((leaf as ViewLeaf).made, { start, end })
  return found && { ...found, view: { name: viewName(view), number } }
}

/** What was made up counts only where nothing else is in the range. */
export function originOf({ pieces }: ViewText, { start, end }: Range): LeafPlace | null {
  const touched = pieces.filter(
    (piece) => piece.leaf !== null && piece.start < Math.max(end, start + 1) && piece.end > start,
  )
  const written = touched.filter(({ how }) => how !== 'made')
  const [first, ...more] = (written.length > 0 ? written : touched).map(({ how, leaf, from, to, ...piece }) =>
    how === 'copied'
      ? { leaf, from: from + Math.max(0, start - piece.start), to: to - Math.max(0, piece.end - end) }
      : { leaf, from, to },
  )
  if (first === undefined || first.leaf === null) return null
  const same = [first, ...more.filter(({ leaf }) => leaf === first.leaf)]
  return {
    leaf: first.leaf,
    start: Math.min(...same.map(({ from }) => from)),
    end: Math.max(...same.map(({ to }) => to)),
  }
}
