import { LIMITS } from './limits.ts'

/**
 * Why an entry was dropped. `full`: the buffer was full. `too_large`: the entry is over the limit. `unreadable`: it
 * cannot be serialized as JSON. `rejected`: the server accepted its batch but not this entry. `refused`: the server
 * refused the whole request (for example, a wrong key). `failed`: the server failed too often. `closed`: the reporter
 * was closed first.
 */
export type DropReason = 'full' | 'too_large' | 'unreadable' | 'rejected' | 'refused' | 'failed' | 'closed'

/** The number of entries that were dropped for one reason; `message` is the server's, if it sent one. */
export interface DropCount {
  readonly reason: DropReason
  readonly message: string
  readonly entries: number
}

/** Counts the outcomes of entries. Memory is bounded: past a limit, messages of one reason are counted together. */
export function createTally() {
  const drops = new Map<string, DropCount>()
  let accepted = 0
  let duplicates = 0

  return {
    take(taken: { accepted: number; duplicates: number }): void {
      accepted += taken.accepted
      duplicates += taken.duplicates
    },
    drop(reason: DropReason, text: string): void {
      const message =
        drops.size < LIMITS.tallyReasons || drops.has(`${reason} ${text}`) ? text : 'Further messages were not kept.'
      const key = `${reason} ${message}`
      drops.set(key, { reason, message, entries: (drops.get(key)?.entries ?? 0) + 1 })
    },
    read: () => ({ accepted, duplicates, dropped: [...drops.values()] }),
  }
}
