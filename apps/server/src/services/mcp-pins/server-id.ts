import { createHmac } from 'node:crypto'
import type { McpVerdictIn } from '@sentinelmesh/api'

/**
 * Identifies an MCP server by its command line or URL, whatever name it gives itself. The hash is keyed, because a
 * command line may hold a secret.
 */
export function serverId(key: Uint8Array, { transport, target }: McpVerdictIn['server']): string {
  return createHmac('sha256', key).update(`mcp server\0${transport}\0${target}`).digest('hex').slice(0, 16)
}
