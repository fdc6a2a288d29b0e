import { z } from 'zod'
import type { Row } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { schemas } from '@sentinelmesh/api/server'
import type { Call } from './tool.ts'
import { Untrusted } from './untrusted.ts'

/** An entry in a list. */
export const EntryRow = z.object({
  id: z.string(),
  at: z.string().meta({ description: 'When it happened, UTC.' }),
  sender: Untrusted,
  receiver: Untrusted.nullable(),
  kind: schemas.Kind,
  session: Untrusted.nullable(),
  context: Untrusted.nullable(),
  risk: z.number().int(),
  band: schemas.Band,
  payload: Untrusted.meta({
    description: `At most ${LIMITS.mcpListChars} characters, where a rule matched if one did. get_entry has more.`,
  }),
  payload_bytes: z.number().int(),
  rules: z.array(z.object({ rule_id: Untrusted, title: Untrusted, level: schemas.Level })),
  link: z.string(),
})
export type EntryRow = z.infer<typeof EntryRow>

/** So many rules of one entry are named in a list. */
const RULES_IN_ROW = 10
/** What is shown of the text before the first match. */
const BEFORE_MATCH_CHARS = 40

export function toEntryRow({ mark, links }: Call, row: Row): EntryRow {
  const [first = 0] = row.snippet_marks[0] ?? []
  return {
    id: row.id,
    at: row.at,
    sender: mark.name(row.sender),
    receiver: mark.orNull(row.receiver),
    kind: row.kind,
    session: mark.orNull(row.session),
    context: mark.orNull(row.context),
    risk: row.risk,
    band: row.band,
    payload: mark.passage(aroundMatch(row.snippet, first), LIMITS.mcpListChars),
    payload_bytes: row.size,
    rules: row.matches.slice(0, RULES_IN_ROW).map(({ rule_id: id, title, level }) => ({
      rule_id: mark.name(id),
      title: mark.name(title),
      level,
    })),
    link: links.entry(row.id),
  }
}

function aroundMatch(snippet: string, match: number): string {
  if (snippet.length <= LIMITS.mcpListChars) return snippet
  return snippet.slice(Math.max(0, Math.min(match - BEFORE_MATCH_CHARS, snippet.length - LIMITS.mcpListChars)))
}
