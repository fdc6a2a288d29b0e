import { LIMITS } from './limits.ts'

/**
 * Why an entry was dropped: `full` the buffer was at its bound · `too_large` the entry is · `unreadable` it cannot be written
 * as JSON · `rejected` the server took its batch, but not this entry · `refused` the server refused the whole request (such as
 * a wrong key) · `failed` the server failed at it too often · `closed` the reporter was closed before.
 */
export type DropReason = 'full' | 'too_large' | 'unreadable' | 'rejected' | 'refused' | 'failed' | 'closed'

/** How many entries were dropped for one reason; `message` is the server's sentence where it said one. */
export interface DropCount {
  readonly reason: DropReason
  readonly message: string
  readonly entries: number
}

/** Counts of what became of entries. Bounded: further sentences of a reason are counted together. */
export function createTally() {
  const drops = new Map<string, DropCount>()
  let accepted = 0
  let duplicates = 0

  return {
    take(taken: { accepted: number; duplicates: number }): void {
      accepted += taken.accepted
      duplicates += taken.duplicates
    },
    drop(reason: DropReason, said: string): void {
      const message =
        drops.size < LIMITS.tallyReasons || drops.has(`${reason} ${said}`) ? said : 'Further messages were not kept.'
      const key = `${reason} ${message}`
      drops.set(key, { reason, message, entries: (drops.get(key)?.entries ?? 0) + 1 })
    },
    read: () => ({ accepted, duplicates, dropped: [...drops.values()] }),
  }
}
