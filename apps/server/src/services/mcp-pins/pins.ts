import type { McpPin, Services } from '@sentinelmesh/api'
import { authorise, LIMITS } from '@sentinelmesh/api/constants'
import { type ListedMcpPin, mcpPinStore } from '@sentinelmesh/db'
import { toIso } from '../../ingest/timestamp.ts'
import type { Verb } from '../verb.ts'
import { definitionDiff } from './definition.ts'

export const pins: Verb<Services['mcp']['pins']> = async ({ database }, principal, { server, state }) => {
  const org = authorise(principal, 'mcp.pins')
  const store = mcpPinStore(database.read)
  const found = await store.list(org, {
    ...(server === undefined ? {} : { server }),
    ...(state === undefined ? {} : { state }),
    most: LIMITS.mcpPinsListed + 1,
  })
  const items: McpPin[] = []
  // One after the other: each difference takes milliseconds, and others want the reader and the processor, too.
  for (const pin of found.slice(0, LIMITS.mcpPinsListed)) {
    if (pin.state !== 'waiting') items.push(toPin(pin, null))
    else {
      const accepted = (await store.versions(org, pin, [pin.name])).findLast((one) => one.state !== 'waiting')
      items.push(toPin(pin, definitionDiff(accepted?.definition ?? '', pin.definition)))
    }
  }
  return { items, more: found.length > LIMITS.mcpPinsListed }
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
