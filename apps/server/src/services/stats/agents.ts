import { wordOrQuoted } from '@sentinelmesh/query'
import { BANDS } from '@sentinelmesh/api/constants'
import { toIso } from '@sentinelmesh/telemetry/timestamp'
import { readFilter, readQuery } from '../logs/filter.ts'
import { narrowing } from '../logs/narrow.ts'
import type { Verb } from '../verb.ts'

/** Receivers whose roll-ups are read. */
const RECEIVERS = 1_000
/** Names that mappers give to tools and MCP servers, which receive nothing but calls. */
const TOOL = /^(?:tool|mcp)\./

/** Senders by risk, and tools by calls. Every count is exact, or null if it could only be estimated. */
export const agents: Verb<'mcpServer.agents'> = async ({ database, clock }, { org, signal }, { from, to, limit }) => {
  const { rollups, search } = database.reading(signal)
  const range = { from: Date.parse(from) * 1000, to: Date.parse(to) * 1000 }
  const filter = readFilter({ q: 'kind:tool_call', from, to }, clock.now())
  const [senders, called, received] = await Promise.all([
    rollups.ranking(org, 'sender', range, { limit, orderBy: 'riskMax', silentSince: range.from }),
    search.facets(org, filter, { fields: ['receiver'], limit }),
    rollups.keys(org, 'receiver', range, { limit: RECEIVERS, orderBy: 'count' }),
  ])
  const receivedBy = new Map(received.map(({ key, count }) => [key, count]))

  async function counted(q: string, minRisk?: number): Promise<number | null> {
    const { count, estimated } = await search.count(org, { ...filter, query: readQuery(q), minRisk })
    return estimated ? null : count
  }

  const listed = await Promise.all(
    senders.rows.map(async ({ key, count, riskMax, lastMinute }) => ({
      name: key,
      entries: count,
      risk_max: riskMax,
      high_risk_entries: riskMax < BANDS.high.from ? 0 : await counted(`sender:${wordOrQuoted(key)}`, BANDS.high.from),
      last_seen: toIso(lastMinute),
    })),
  )
  const tools = await Promise.all(
    (called.facets[0]?.values ?? []).map(async ({ value, count }) => {
      if (!called.estimated) return { name: value, calls: count }
      if (TOOL.test(value) && receivedBy.has(value)) return { name: value, calls: receivedBy.get(value) ?? null }
      return { name: value, calls: await counted(`kind:tool_call receiver:${wordOrQuoted(value)}`) }
    }),
  )
  return {
    agents: listed.toSorted(
      (a, b) =>
        b.risk_max - a.risk_max ||
        (b.high_risk_entries ?? b.entries) - (a.high_risk_entries ?? a.entries) ||
        b.entries - a.entries,
    ),
    agents_total: senders.keys,
    tools: tools.toSorted((a, b) => (b.calls ?? Infinity) - (a.calls ?? Infinity)),
    ...narrowing(filter, called),
  }
}
