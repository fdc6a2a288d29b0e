import type { ViewDraft } from './draft.ts'
import { slice } from './view-text.ts'
import type { ViewText } from '../match/view.ts'

const VERB =
  /^(?:\s|\(|--[^\n]*\n|\/\*[^*]{0,4096}\*\/)*(select|insert|update|delete|drop|create|alter|truncate|grant|revoke|merge|replace|with|call|exec|execute|copy|attach|pragma|load|explain|show|describe|use|set|begin|declare|vacuum)\b/i
const STATEMENT =
  /\b(?:select\b[^;]*?\bfrom\b|insert\s+into\b|update\b[^;]*?\bset\b|delete\s+from\b|(?:drop|create|alter|truncate)\s+(?:or\s+replace\s+)?(?:table|database|schema|view|index|user|role|function|trigger|procedure)\b|union\s+(?:all\s+)?select\b|(?:grant|revoke)\b[^;]*?\bon\b|copy\b[^;]*?\b(?:from|to)\b|attach\s+database\b|select\s+(?:\*|\d|@@|version|current_|user\b|pg_|sleep))/i

/** An argument named SQL must begin like SQL. One named query may be a sentence, so it must be a statement. */
export function looksLikeSql(text: string, name: string): boolean {
  const found = VERB.exec(text)
  if (found === null || name.includes('sql')) return found !== null
  const start = found[0].length - (found[1]?.length ?? 0)
  return STATEMENT.test(text.slice(start, start + HEAD_CHARS))
}

/** Only the beginning of a text is tested for SQL. */
const HEAD_CHARS = 4_096
const OBJECT =
  /\b(?:from|into|update|table|database|schema|view|join)\s+(?:if\s+(?:not\s+)?exists\s+|only\s+)?([\w."`[\]$]{1,256})/i

const ENGINES: readonly (readonly [RegExp, string])[] = [
  [/postgres|\bpg\b|redshift/i, 'postgresql'],
  [/mysql|mariadb/i, 'mysql'],
  [/sqlite/i, 'sqlite'],
  [/mssql|sqlserver|sql_server/i, 'mssql'],
  [/oracle/i, 'oracle'],
]

export function addDatabaseView(draft: ViewDraft, query: ViewText): void {
  if (!draft.affords(query.text.length)) return
  const found = OBJECT.exec(query.text.slice(0, HEAD_CHARS))
  const end = found === null ? 0 : found.index + found[0].length
  const object = found === null ? null : slice(query, end - (found[1]?.length ?? 0), end)
  const tool = draft.call.calledAs
  const product = ENGINES.find(([pattern]) => pattern.test(tool))?.[1] ?? 'sql'
  draft.add({ product, category: 'database' }, { query, object })
}
