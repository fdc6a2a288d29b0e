import { z } from 'zod'
import type { Row } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { schemas } from '@sentinelmesh/api/server'
import type { ToolCall } from './tool.ts'
import { Untrusted } from './untrusted.ts'

/** The sender, time, risk, and verdict of an entry. */
export const EntryHead = z.object({
  id: z.string(),
  at: z.string().meta({ description: 'When it happened, UTC.' }),
  sender: Untrusted,
  receiver: Untrusted.nullable(),
  kind: schemas.Kind,
  session: Untrusted.nullable(),
  context: Untrusted.nullable(),
  risk: z.number().int(),
  band: schemas.Band,
  verdict: schemas.Verdict.nullable().meta({ description: 'What the agent was answered; null: it did not ask.' }),
  would: schemas.Verdict.nullable().meta({ description: 'Where nothing was enforced: what enforcing would answer.' }),
  unjudged: z.boolean().meta({ description: 'It took effect before it was judged.' }),
  link: z.string(),
})

/** An entry in a list. */
export const EntryRow = EntryHead.extend({
  payload: Untrusted.meta({
    description: `At most ${LIMITS.mcpListChars} characters, where a rule matched if one did. get_entry has more.`,
  }),
  payload_bytes: z.number().int(),
  rules: z.array(z.object({ rule_id: Untrusted, title: Untrusted, level: schemas.Level })),
})
export type EntryRow = z.infer<typeof EntryRow>

/** Maximum number of rules to list per row. */
const RULES_IN_ROW = 10
/** Characters to show before the first match. */
const BEFORE_MATCH_CHARS = 40

type HeadOf = Pick<Row, Exclude<keyof z.infer<typeof EntryHead>, 'link'>>

export function toEntryHead({ mark, links }: ToolCall, entry: HeadOf): z.infer<typeof EntryHead> {
  return {
    id: entry.id,
    at: entry.at,
    sender: mark.name(entry.sender),
    receiver: mark.orNull(entry.receiver),
    kind: entry.kind,
    session: mark.orNull(entry.session),
    context: mark.orNull(entry.context),
    risk: entry.risk,
    band: entry.band,
    verdict: entry.verdict ?? null,
    would: entry.would ?? null,
    unjudged: entry.unjudged ?? false,
    link: links.entry(entry.id),
  }
}

export function toEntryRow(call: ToolCall, row: Row): EntryRow {
  const { mark } = call
  const [first = 0] = row.snippet_marks[0] ?? []
  return {
    ...toEntryHead(call, row),
    payload: mark.passage(aroundMatch(row.snippet, first), LIMITS.mcpListChars),
    payload_bytes: row.size,
    rules: row.matches.slice(0, RULES_IN_ROW).map(({ rule_id: id, title, level }) => ({
      rule_id: mark.name(id),
      title: mark.name(title),
      level,
    })),
  }
}

function aroundMatch(snippet: string, match: number): string {
  if (snippet.length <= LIMITS.mcpListChars) return snippet
  return snippet.slice(Math.max(0, Math.min(match - BEFORE_MATCH_CHARS, snippet.length - LIMITS.mcpListChars)))
}
