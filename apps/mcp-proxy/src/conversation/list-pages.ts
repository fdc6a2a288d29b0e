import { LIMITS } from '../limits.ts'

/** One page of a list. `cursor` is the one that it was requested with, `nextCursor` that of the page after it. */
export interface ListPage {
  readonly kind: string
  readonly cursor: string | null
  readonly nextCursor: string | null
  readonly names: readonly string[]
}

/** Collects the names of lists that arrive in pages. */
export interface ListPages {
  /**
   * All names of the list once `page` is its last page. Null before that, if an earlier page was not seen, and if the list has
   * more than `LIMITS.listNames` names. Holds at most `LIMITS.heldMessages` unfinished lists.
   */
  add(page: ListPage): readonly string[] | null
}

export function listPages(): ListPages {
  /** The names so far, by the kind and the cursor of the page that comes next. */
  const unfinished = new Map<string, readonly string[]>()
  return {
    add({ kind, cursor, nextCursor, names }) {
      const before = cursor === null ? [] : unfinished.get(`${kind} ${cursor}`)
      if (cursor !== null) unfinished.delete(`${kind} ${cursor}`)
      if (before === undefined) return null
      const all = [...before, ...names]
      if (all.length > LIMITS.listNames) return null
      if (nextCursor === null) return all
      if (unfinished.size < LIMITS.heldMessages) unfinished.set(`${kind} ${nextCursor}`, all)
      return null
    },
  }
}
