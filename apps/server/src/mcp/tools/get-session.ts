import { z } from 'zod'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { wordOrQuoted } from '@sentinelmesh/query'
import { EntryRow, toEntryRow } from '../entry-row.ts'
import { Extent } from '../range.ts'
import { tool, type ToolCall } from '../tool.ts'
import { Untrusted } from '../untrusted.ts'
import { schemas } from '@sentinelmesh/api/server'

/** Number of steps in the timeline of a session. */
const STEPS = 24

export const Session = z.object({
  session: Untrusted,
  entries: z.array(EntryRow),
  total: z.number().int(),
  total_estimated: z.boolean(),
  next_cursor: z.string().nullable(),
  bands: schemas.BandCounts.nullable().meta({ description: 'Entries by the band of their risk; on the first page.' }),
  over_time: z
    .array(schemas.BandCounts.extend({ at: z.string() }))
    .nullable()
    .meta({ description: 'The same in steps of time, those without entries left out; on the first page.' }),
  ...Extent,
  link: z.string(),
})

export const getSession = tool({
  name: 'get_session',
  title: 'Get a session',
  about:
    'The entries of one run or conversation, oldest first, and how its risk went over time. Give the session, or of_entry where the name of the session is altered.',
  input: z.strictObject({
    session: z.string().min(1).max(LIMITS.sessionChars).optional(),
    of_entry: z.string().max(64).optional().meta({ description: 'id of an entry: the session that it is of.' }),
    limit: z.number().int().min(1).max(LIMITS.mcpRows).default(20),
    cursor: z.string().max(500).optional().meta({ description: 'next_cursor of the page before.' }),
  }),
  output: Session,
  async answer(call, { session, of_entry: entry, limit, cursor }) {
    if ((session === undefined) === (entry === undefined))
      throw new DomainError('invalid_input', { say: 'Give session or of_entry, and not both.' })
    const name = session ?? (await sessionOf(call, entry ?? ''))
    const data = await readSession(call, name, { limit, cursor })
    return {
      data,
      says: [
        `${data.entries.length} of ${data.total_estimated ? 'about ' : ''}${data.total} entries of the session, oldest first.`,
        ...(data.next_cursor === null ? [] : ['There are more: ask again with next_cursor.']),
      ].join(' '),
    }
  },
})

async function sessionOf(call: ToolCall, id: string): Promise<string> {
  const { session } = await call.services.logs.get(call, { id })
  if (session === null) throw new DomainError('not_found', { say: 'This entry is of no session.' })
  return session
}

/** Throws `not_found` if the org has no entries of this session. */
export async function readSession(
  call: ToolCall,
  session: string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<z.output<typeof Session>> {
  const { services, mark, links } = call
  const q = `session:${wordOrQuoted(session)}`
  const page = await services.logs.page(call, { q, order: 'oldest', limit, cursor })
  const [first] = page.items
  if (first === undefined && cursor === undefined)
    throw new DomainError('not_found', { say: 'There is no entry of this session in this organization.' })
  const last = page.items.at(-1)
  return {
    session: mark.name(session),
    entries: page.items.map((row) => toEntryRow(call, row)),
    total: page.total,
    total_estimated: page.totalEstimated,
    next_cursor: page.nextCursor,
    ...(await overTime(call, q, cursor)),
    incomplete: page.incomplete,
    narrow: page.narrow,
    link: first === undefined || last === undefined ? links.overview : links.entries(timeOf(first.at, last.at)),
  }
}

async function overTime(call: ToolCall, q: string, cursor: string | undefined) {
  if (cursor !== undefined) return { bands: null, over_time: null }
  const { buckets } = await call.services.logs.histogram(call, { q, buckets: STEPS })
  const count = (name: keyof z.output<typeof schemas.BandCounts>) =>
    buckets.reduce((sum, bucket) => sum + bucket[name], 0)
  return {
    bands: {
      none: count('none'),
      low: count('low'),
      medium: count('medium'),
      high: count('high'),
      critical: count('critical'),
    },
    over_time: buckets.filter(({ none, low, medium, high, critical }) => none + low + medium + high + critical > 0),
  }
}

/** The time range that includes both entries. */
function timeOf(first: string, last: string): { readonly from: string; readonly to: string } {
  return { from: first, to: new Date(Date.parse(last) + 1).toISOString() }
}
