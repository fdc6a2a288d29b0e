import type { Services } from '@sentinelmesh/api'
import { authorise, LIMITS } from '@sentinelmesh/api/constants'
import { mcpPinStore } from '@sentinelmesh/db'
import type { Verb } from '../verb.ts'

export const servers: Verb<Services['mcp']['servers']> = async ({ database }, principal) => {
  const org = authorise(principal, 'mcp.pins')
  const found = await mcpPinStore(database.read).perServer(org, LIMITS.mcpPinsListed + 1)
  return { items: found.slice(0, LIMITS.mcpPinsListed), more: found.length > LIMITS.mcpPinsListed }
}
