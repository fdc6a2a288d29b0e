import type { McpEntryIn } from '@sentinelmesh/api'
import { LIMITS } from '../limits.ts'

export interface SizedEntry {
  readonly wire: McpEntryIn
  readonly bytes: number
}

export function sized(wire: McpEntryIn): SizedEntry {
  return { wire, bytes: Buffer.byteLength(JSON.stringify(wire)) }
}

/** Splits items, in order, into batches that fit into one request each. */
export function batches<Item extends { readonly bytes: number }>(items: readonly Item[]): Item[][] {
  const all: Item[][] = []
  let bytes = 0
  for (const item of items) {
    const last = all.at(-1)
    if (last === undefined || last.length >= LIMITS.batchEntries || bytes + item.bytes > LIMITS.batchBytes) {
      all.push([item])
      bytes = item.bytes
    } else {
      last.push(item)
      bytes += item.bytes
    }
  }
  return all
}
