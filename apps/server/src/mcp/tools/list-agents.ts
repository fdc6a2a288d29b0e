import { z } from 'zod'
import { Extent, From, rangeOf, To } from '../range.ts'
import { tool } from '../tool.ts'
import { Untrusted } from '../untrusted.ts'

const HOURS = 24
const AGENTS = 50
/** The lowest risk of the bands high and critical, which are counted separately. */
const HIGH = 60

export const listAgents = tool({
  name: 'list_agents',
  title: 'List agents',
  about: `Who sent most entries in a time (the last ${HOURS} hours where none is given), how many of them were of risk ${HIGH} or more, which tools were called, and which MCP servers stand behind the proxy, with how many of their definitions are pinned and how many changed and wait for approval.`,
  input: z.strictObject({ from: From, to: To, limit: z.number().int().min(1).max(AGENTS).default(20) }),
  output: z.object({
    from: z.string(),
    to: z.string(),
    agents: z.array(
      z.object({
        name: Untrusted,
        entries: z.number().int(),
        high_risk_entries: z.number().int().nullable().meta({ description: 'null: not counted, it has few.' }),
      }),
    ),
    agents_total: z.number().int(),
    tools: z.array(z.object({ name: Untrusted, calls: z.number().int() })),
    mcp_servers: z.array(z.object({ name: Untrusted, pinned: z.number().int(), waiting: z.number().int() })),
    estimated: z.boolean().meta({ description: 'Counts are about so many.' }),
    ...Extent,
    link: z.string(),
  }),
  async answer(call, { limit, ...asked }) {
    const { services, mark, links, nowMs } = call
    const range = rangeOf(asked, nowMs, HOURS)
    const count = (field: 'sender' | 'receiver', q?: string, most = limit) =>
      services.logs.facets(call, { ...range, q, fields: [field], limit: most })
    const [all, high, tools, servers] = await Promise.all([
      count('sender'),
      count('sender', `risk:>=${HIGH}`, 100),
      count('receiver', 'kind:tool_call'),
      services.mcpServer.servers(call),
    ])
    const risky = high.facets[0]
    const highOf = new Map(risky?.values.map(({ value, count: entries }) => [value, entries]))
    const isWhole = (risky?.distinct ?? 0) <= highOf.size
    const senders = all.facets[0]
    const searches = [all, high, tools]
    const agents = (senders?.values ?? []).map(({ value, count: entries }) => ({
      name: mark.name(value),
      entries,
      high_risk_entries: highOf.get(value) ?? (isWhole ? 0 : null),
    }))
    return {
      data: {
        ...range,
        agents,
        agents_total: senders?.distinct ?? 0,
        tools: (tools.facets[0]?.values ?? []).map(({ value, count: calls }) => ({ name: mark.name(value), calls })),
        mcp_servers: servers.items.map(({ name, ...counts }) => ({ name: mark.name(name), ...counts })),
        estimated: searches.some(({ estimated }) => estimated) || servers.more,
        incomplete: searches.some(({ incomplete }) => incomplete),
        narrow: searches.find(({ narrow }) => narrow !== null)?.narrow ?? null,
        link: links.overview,
      },
      says: `${agents.length} of ${senders?.distinct ?? 0} senders from ${range.from} to ${range.to}, those of most entries first.`,
    }
  },
})
