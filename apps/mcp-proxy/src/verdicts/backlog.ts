import type { McpEntryIn } from '@sentinelmesh/api'
import { LIMITS } from '../limits.ts'
import { batches, sized, type SizedEntry } from './batches.ts'

/** Entries that wait to be sent, at most `LIMITS.queueEntries` and `LIMITS.queueBytes`. */
export interface Backlog {
  /** Returns how many entries did not fit and were dropped. */
  add(entries: readonly McpEntryIn[]): number
  size(): number
  /** All entries in batches, the oldest first. */
  batches(): McpEntryIn[][]
  /** Removes the oldest entries. */
  remove(count: number): void
  isFull(): boolean
  /** Resolves when the backlog is less than half full. */
  hasCapacity(): Promise<void>
}

export function backlog(): Backlog {
  const queue: SizedEntry[] = []
  let bytes = 0
  let waiting: (() => void)[] = []
  return {
    add(entries) {
      let dropped = 0
      for (const entry of entries.map(sized)) {
        if (queue.length >= LIMITS.queueEntries || bytes + entry.bytes > LIMITS.queueBytes) {
          dropped += 1
          continue
        }
        queue.push(entry)
        bytes += entry.bytes
      }
      return dropped
    },
    size: () => queue.length,
    batches: () => batches(queue).map((batch) => batch.map(({ wire }) => wire)),
    remove(count) {
      for (const removed of queue.splice(0, count)) bytes -= removed.bytes
      if (queue.length >= LIMITS.queueEntries / 2) return
      for (const resolve of waiting) resolve()
      waiting = []
    },
    isFull: () => queue.length >= LIMITS.queueEntries,
    hasCapacity: () => new Promise((resolve) => waiting.push(resolve)),
  }
}
