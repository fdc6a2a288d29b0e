import { z } from 'zod'
import { LIMITS } from '../../limits.ts'
import {
  BacktestIn,
  BacktestItem,
  Extent,
  Instant,
  McpApproveIn,
  McpDefinitionsIn,
  McpDefinitionsOut,
  McpPin,
  McpPinsIn,
  McpPinsOut,
  McpVerdictIn,
  McpVerdictOut,
} from '../schemas.ts'
import type { Operations } from './operation.ts'

/** The pinned definitions of MCP servers. */
export const mcp = {
  pins: {
    kind: 'query',
    action: 'mcp.pins',
    summary: 'What MCP servers define, what of it changed, and how',
    input: McpPinsIn,
    output: McpPinsOut,
  },
  approve: {
    kind: 'mutation',
    action: 'mcp.approve',
    summary: 'Approve a version of a definition: calls that rest on it go through from now on',
    input: McpApproveIn,
    output: McpPin,
  },
} as const satisfies Operations

/** For this program's own MCP server only. */
export const mcpServer = {
  servers: {
    kind: 'query',
    action: 'mcp.pins',
    summary: 'How many versions of each MCP server wait, and how many do not; those of which most wait first',
    output: z.object({
      items: z.array(z.object({ name: z.string(), pinned: z.number().int(), waiting: z.number().int() })),
      /** There are more than are listed. */
      more: z.boolean(),
    }),
  },
  agents: {
    kind: 'query',
    action: 'stats.read',
    summary: 'Senders by risk and tools by calls in a time range, with exact counts',
    input: z.object({ from: Instant, to: Instant, limit: z.number().int().min(1).max(LIMITS.facetValues) }),
    output: z.object({
      agents: z.array(
        z.object({
          name: z.string(),
          entries: z.number().int(),
          risk_max: z.number().int(),
          high_risk_entries: z.number().int().nullable(),
          last_seen: Instant,
        }),
      ),
      agents_total: z.number().int(),
      tools: z.array(z.object({ name: z.string(), calls: z.number().int().nullable() })),
      ...Extent,
    }),
  },
  sampleBacktest: {
    kind: 'subscription',
    // Also takes `logs.read`, which the service checks.
    action: 'rules.sample',
    summary: 'A backtest over so few entries that it costs no more than a search',
    input: BacktestIn,
    output: BacktestItem,
  },
} as const satisfies Operations

/** The MCP proxy calls these before it passes a message on. REST only. */
export const mcpProxy = {
  judge: {
    kind: 'mutation',
    action: 'mcp.report',
    summary: 'Report what the MCP proxy read, and ask about it before it takes effect',
    description:
      'Each entry is judged, stored with its verdict, and answered when it is stored. A call of a tool whose definition changed, and waits to be approved, is judged as such. Takes the scope verdict.',
    input: McpVerdictIn,
    output: McpVerdictOut,
    rest: { method: 'post', path: '/api/v1/mcp/verdict' },
  },
  define: {
    kind: 'mutation',
    action: 'mcp.report',
    summary: 'Report what an MCP server defines',
    description:
      'A definition that is seen first is pinned; one that differs from what is pinned or approved is a match, with the difference by words, until somebody approves it. Takes the scope verdict.',
    input: McpDefinitionsIn,
    output: McpDefinitionsOut,
    rest: { method: 'post', path: '/api/v1/mcp/definitions' },
  },
} as const satisfies Operations
