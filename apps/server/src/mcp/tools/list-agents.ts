import { z } from 'zod'
import { BANDS } from '@sentinelmesh/api/constants'
import { Extent, From, rangeOf, To } from '../range.ts'
import { tool } from '../tool.ts'
import { Untrusted } from '../untrusted.ts'

const HOURS = 24
const AGENTS = 50

export const listAgents = tool({
  name: 'list_agents',
  title: 'List agents',
  about: `Who sent entries in a time (the last ${HOURS} hours where none is given), the riskiest first, with how many of them were of risk ${BANDS.high.from} or more, which tools were called, and which MCP servers stand behind the proxy, with how many of their definitions are pinned and how many changed and wait for approval. Counts are exact, by whole minutes.`,
  input: z.strictObject({ from: From, to: To, limit: z.number().int().min(1).max(AGENTS).default(20) }),
  output: z.object({
    from: z.string(),
    to: z.string(),
    agents: z.array(
      z.object({
        name: Untrusted,
        entries: z.number().int(),
        risk_max: z.number().int(),
        high_risk_entries: z.number().int().nullable().meta({ description: 'null: too many to count exactly.' }),
        last_seen: z.string(),
      }),
    ),
    agents_total: z.number().int(),
    tools: z.array(
      z.object({
        name: Untrusted,
        calls: z.number().int().nullable().meta({ description: 'null: too many to count exactly.' }),
      }),
    ),
    mcp_servers: z.array(z.object({ name: Untrusted, pinned: z.number().int(), waiting: z.number().int() })),
    more_mcp_servers: z.boolean(),
    ...Extent,
    link: z.string(),
  }),
  async answer(call, { limit, ...asked }) {
    const { services, mark, links, nowMs } = call
    const range = rangeOf(asked, nowMs, HOURS)
    const [found, servers] = await Promise.all([
      services.mcpServer.agents(call, { ...range, limit }),
      services.mcpServer.servers(call),
    ])
    const { agents, agents_total: total, tools, incomplete, narrow } = found
    return {
      data: {
        ...range,
        agents: agents.map(({ name, ...figures }) => ({ name: mark.name(name), ...figures })),
        agents_total: total,
        tools: tools.map(({ name, calls }) => ({ name: mark.name(name), calls })),
        mcp_servers: servers.items.map(({ name, ...counts }) => ({ name: mark.name(name), ...counts })),
        more_mcp_servers: servers.more,
        incomplete,
        narrow,
        link: links.overview,
      },
      says: `${agents.length} of ${total} senders from ${range.from} to ${range.to}, the riskiest first.`,
    }
  },
})
