import { z } from 'zod'
import { schemas } from '@sentinelmesh/api/server'
import type { Operation } from './operation.ts'

export const MCP_OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/api/v1/mcp/verdict',
    summary: 'Report what the MCP proxy read, and ask about it before it takes effect',
    description:
      'Each entry is judged, stored with its verdict, and answered when it is stored. A call of a tool whose definition changed, and waits to be approved, is judged as such. Takes the scope verdict.',
    body: { 'application/json': schemas.McpVerdictIn },
    reply: schemas.McpVerdictOut,
  },
  {
    method: 'post',
    path: '/api/v1/mcp/definitions',
    summary: 'Report what an MCP server defines',
    description:
      'A definition that is seen first is pinned; one that differs from what is pinned or approved is a match, with the difference by words, until somebody approves it. Takes the scope verdict.',
    body: { 'application/json': schemas.McpDefinitionsIn },
    reply: schemas.McpDefinitionsOut,
  },
  {
    method: 'post',
    path: '/mcp',
    summary: 'The MCP server that answers models about the log: one JSON-RPC message',
    description:
      'Model Context Protocol over streamable HTTP, stateless: revisions 2026-07-28 and 2025-11-25. Only reads.',
    body: { 'application/json': z.looseObject({ jsonrpc: z.literal('2.0'), method: z.string() }) },
  },
]
