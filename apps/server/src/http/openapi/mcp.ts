import { z } from 'zod'
import type { DocumentedRoute } from './documented-route.ts'

export const MCP_ROUTES: readonly DocumentedRoute[] = [
  {
    method: 'post',
    path: '/mcp',
    summary: 'The MCP server that answers models about the log: one JSON-RPC message',
    description:
      'Model Context Protocol over streamable HTTP, stateless: revisions 2026-07-28 and 2025-11-25. Only reads.',
    body: { 'application/json': z.looseObject({ jsonrpc: z.literal('2.0'), method: z.string() }) },
  },
]
