import { z } from 'zod'
import { LIMITS } from '@sentinelmesh/api/constants'
import { schemas } from '@sentinelmesh/api/server'
import { wordOrQuoted } from '@sentinelmesh/query'
import { OWN_TRAFFIC } from '../../ingest/own-traffic.ts'
import { readQuery } from '../../services/logs/filter.ts'
import { EntryRow, toEntryRow } from '../entry-row.ts'
import { Extent, From, To } from '../range.ts'
import { tool } from '../tool.ts'

const input = z.strictObject({
  query: z.string().max(LIMITS.queryChars).optional().meta({
    description:
      'In the language of the search bar: words, "phrases", field:value, risk:>=60, -not, OR, (groups). list_fields has its fields.',
  }),
  sender: z.string().max(LIMITS.senderChars).optional().meta({ description: 'Exactly this sender.' }),
  receiver: z.string().max(LIMITS.receiverChars).optional().meta({ description: 'Exactly this receiver.' }),
  kind: schemas.Kind.optional(),
  session: z.string().max(LIMITS.sessionChars).optional().meta({ description: 'Exactly this session.' }),
  min_risk: z.number().int().min(0).max(100).optional(),
  rule_id: z.string().max(LIMITS.ruleIdChars).optional().meta({ description: 'Entries that this rule matched.' }),
  from: From,
  to: To,
  order: schemas.Order.default('newest'),
  limit: z.number().int().min(1).max(LIMITS.mcpRows).default(20),
  cursor: z.string().max(500).optional().meta({ description: 'next_cursor of the page before; all else as it was.' }),
})

export const searchLogs = tool({
  name: 'search_logs',
  title: 'Search the log',
  about:
    'Finds entries of the log: what agents, tools, models and people sent each other. All conditions must hold. Gives a page of entries with the beginning of each payload, newest first.',
  input,
  output: z.object({
    entries: z.array(EntryRow),
    total: z.number().int(),
    total_estimated: z.boolean(),
    next_cursor: z.string().nullable(),
    ...Extent,
    link: z.string(),
  }),
  async answer(call, asked) {
    const { services, links } = call
    // Parsed alone first, so that positions refer to the caller's text and it cannot close our parentheses.
    readQuery(asked.query)
    const { from, to, order, limit, cursor } = asked
    const page = await services.logs.page(call, { q: queryOf(asked), from, to, order, limit, cursor })
    const { items, total, totalEstimated, nextCursor, incomplete, narrow } = page
    return {
      data: {
        entries: items.map((row) => toEntryRow(call, row)),
        total,
        total_estimated: totalEstimated,
        next_cursor: nextCursor,
        incomplete,
        narrow,
        link: links.entries({ q: ownWords(asked), from, to }),
      },
      says: [
        `${items.length} of ${totalEstimated ? 'about ' : ''}${total} entries, ${order} first.`,
        ...(nextCursor === null ? [] : ['There are more: ask again with next_cursor.']),
        ...(incomplete ? [`The search is incomplete. ${narrow ?? ''}`] : []),
      ].join(' '),
    }
  },
})

type Asked = z.output<typeof input>

/** Excludes recorded MCP requests by default, because their arguments contain the search terms. */
function queryOf(asked: Asked): string {
  const { query = '', sender, receiver, session, rule_id: rule } = asked
  const names = Object.entries({ sender, receiver, session, rule }).flatMap(([field, value]) =>
    value === undefined ? [] : [`${field}:${wordOrQuoted(value)}`],
  )
  const words = query.trim() === '' ? [] : [`(${query})`]
  const others = names.length > 0 || query.includes('reported_by') ? [] : [`-reported_by:${OWN_TRAFFIC}`]
  return [...words, ...names, ...others, ownWords(asked)].join(' ').trim()
}

/** The part of the query that contains only our own words. */
function ownWords({ kind, min_risk: risk }: Asked): string {
  return [...(kind === undefined ? [] : [`kind:${kind}`]), ...(risk === undefined ? [] : [`risk:>=${risk}`])].join(' ')
}
