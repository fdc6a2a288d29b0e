import { createHmac } from 'node:crypto'
import type { McpVerdictIn } from '@sentinelmesh/api'

/**
 * By what an MCP server is the same one: how it is started or where it is, whatever it calls itself. Keyed, because a
 * command line may hold a secret.
 */
export function serverId(key: Uint8Array, { transport, target }: McpVerdictIn['server']): string {
  return createHmac('sha256', key).update(`mcp server\0${transport}\0${target}`).digest('hex').slice(0, 16)
}
