import { LIMITS } from '@sentinelmesh/api/constants'
import { mcpPinStore } from '@sentinelmesh/db'
import type { Verb } from '../verb.ts'

export const servers: Verb<'mcpServer.servers'> = async ({ database }, { org }) => {
  const found = await mcpPinStore(database.read).perServer(org, LIMITS.mcpPinsListed + 1)
  return { items: found.slice(0, LIMITS.mcpPinsListed), more: found.length > LIMITS.mcpPinsListed }
}
