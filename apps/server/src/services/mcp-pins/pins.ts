import type { McpPin } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { type ListedMcpPin, mcpPinStore } from '@sentinelmesh/db'
import { toIso } from '@sentinelmesh/telemetry/timestamp'
import type { Verb } from '../verb.ts'
import { definitionDiff } from './definition.ts'

/** A page is also cut at `pageReplyBytes`, because names and diffs have some thousand characters each. */
export const pins: Verb<'mcp.pins'> = async ({ database }, { org }, { server, state, offset }) => {
  const store = mcpPinStore(database.read)
  const found = await store.list(org, {
    ...(server === undefined ? {} : { server }),
    ...(state === undefined ? {} : { state }),
    most: LIMITS.mcpPinsListed + 1,
    offset,
  })
  const items: McpPin[] = []
  let bytes = 0
  // Runs sequentially: each diff takes milliseconds, and other requests need the reader and the processor.
  for (const pin of found.slice(0, LIMITS.mcpPinsListed)) {
    const item = toPin(pin, pin.state === 'waiting' ? await diffOf(pin) : null)
    bytes += Buffer.byteLength(JSON.stringify(item))
    if (bytes > LIMITS.pageReplyBytes && items.length > 0) break
    items.push(item)
  }
  const more = items.length < found.length
  return { items, more, next_offset: more ? offset + items.length : null }

  async function diffOf(pin: ListedMcpPin): Promise<string> {
    const accepted = (await store.versions(org, pin, [pin.name])).findLast((one) => one.state !== 'waiting')
    return definitionDiff(accepted?.definition ?? '', pin.definition)
  }
}

export function toPin(pin: ListedMcpPin, diff: string | null): McpPin {
  const { server, serverName, target, kind, name, hash, state, listed, firstSeenAt, lastSeenAt, decidedAt, decidedBy } =
    pin
  return {
    server_id: server,
    server: serverName,
    target,
    kind,
    name,
    hash,
    state,
    diff,
    listed,
    first_seen_at: toIso(firstSeenAt),
    last_seen_at: toIso(lastSeenAt),
    decided_at: decidedAt === null ? null : toIso(decidedAt),
    decided_by: decidedBy,
  }
}
