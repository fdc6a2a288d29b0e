import type { TailItem } from '@sentinelmesh/api'
import { ofEach } from '../tail/of-each.ts'

const textOf = ofEach((item: TailItem) => JSON.stringify(item))

/** Encodes JSON as tRPC does. An entry with many followers is encoded once. */
export const encoder = {
  encode(message: unknown): string {
    if (!isTailEntry(message)) return JSON.stringify(message)
    const { id, result } = message
    const position = JSON.stringify(result.id)
    return `{"id":${JSON.stringify(id)},"result":{"type":"data","id":${position},"data":{"id":${position},"data":${textOf(result.data.data)}}}}`
  },
  decode(text: string | ArrayBuffer | Uint8Array): unknown {
    if (typeof text !== 'string') throw new Error('Messages are text.')
    return JSON.parse(text)
  },
}

interface TailEntry {
  readonly id: string | number | null
  readonly result: { readonly id: string; readonly data: { readonly id: string; readonly data: TailItem } }
}

function isTailEntry(message: unknown): message is TailEntry {
  const { jsonrpc, result } = message as { jsonrpc?: unknown; result?: { id?: unknown; data?: unknown } }
  if (jsonrpc !== undefined || typeof result?.id !== 'string') return false
  const { data } = (result.data ?? {}) as { data?: unknown }
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'entry'
}
