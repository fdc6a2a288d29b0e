import { z } from 'zod'
import { BANDS } from '@sentinelmesh/api/constants'
import { wordOrQuoted } from '@sentinelmesh/query'
import { EntryRow, toEntryRow } from '../entry-row.ts'
import { Extent, From, rangeOf, To } from '../range.ts'
import { tool } from '../tool.ts'
import { Untrusted } from '../untrusted.ts'

const HOURS = 24
const AGENTS = 20

export const listRiskyActions = tool({
  name: 'list_risky_actions',
  title: 'List risky actions',
  about: `Who did what risky since a time (the last ${HOURS} hours where none is given): the senders of risky entries, the riskiest first, each with the exact number of these entries and the newest of them, with their verdicts. Ask this first about recent incidents.`,
  input: z.strictObject({
    since: From,
    to: To,
    min_risk: z.number().int().min(1).max(100).default(BANDS.high.from),
    agents: z.number().int().min(1).max(AGENTS).default(10),
    actions: z.number().int().min(1).max(10).default(3).meta({ description: 'Entries to list per sender.' }),
  }),
  output: z.object({
    from: z.string(),
    to: z.string(),
    agents: z.array(
      z.object({
        name: Untrusted,
        risk_max: z.number().int(),
        risky_entries: z.number().int().nullable().meta({ description: 'null: too many to count exactly.' }),
        actions: z.array(EntryRow).meta({ description: 'Newest first.' }),
      }),
    ),
    more_agents: z.boolean().meta({ description: 'There are more senders of risky entries than are listed.' }),
    ...Extent,
    link: z.string(),
  }),
  async answer(call, { since, to, min_risk: minRisk, agents: most, actions }) {
    const { services, mark, links, nowMs } = call
    const range = rangeOf({ from: since, to }, nowMs, HOURS)
    const found = await services.mcpServer.agents(call, { ...range, limit: most + 1 })
    const risky = found.agents.filter(({ risk_max: risk }) => risk >= minRisk)
    const pages = await Promise.all(
      risky.slice(0, most).map(async (agent) => {
        const q = `sender:${wordOrQuoted(agent.name)} risk:>=${minRisk}`
        const page = await services.logs.page(call, { q, ...range, order: 'newest', limit: actions })
        return { agent, page }
      }),
    )
    const query = `risk:>=${minRisk}`
    const data = {
      ...range,
      // Roll-ups also count entries that retention has deleted.
      agents: pages
        .filter(({ page }) => page.items.length > 0)
        .map(({ agent, page }) => ({
          name: mark.name(agent.name),
          risk_max: agent.risk_max,
          risky_entries: page.totalEstimated ? null : page.total,
          actions: page.items.map((row) => toEntryRow(call, row)),
        })),
      more_agents: risky.length > most,
      incomplete: pages.some(({ page }) => page.incomplete),
      narrow: pages.find(({ page }) => page.narrow !== null)?.page.narrow ?? null,
      link: links.entries({ q: query, ...range }),
    }
    return {
      data,
      says: `${data.agents.length} senders of entries with a risk of at least ${minRisk} from ${range.from} to ${range.to}, the riskiest first.`,
    }
  },
})
