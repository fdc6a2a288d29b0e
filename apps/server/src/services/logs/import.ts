import { accept } from '../../ingest/accept.ts'
import { fromExported } from '../../ingest/exported-entry.ts'
import { NotJson } from '@sentinelmesh/text/not-json'
import type { EntrySource } from '../../ingest/parse-entry.ts'
import { readLine } from '../../ingest/read-json.ts'
import type { Verb } from '../verb.ts'
import { toReport } from './report.ts'

/**
 * Imports entries of a file or lines of an export. The caller sets each id, so that a repeated import creates
 * duplicates only. The entries are reported as `import`.
 */
export const importLines: Verb<'logs.import', 'ingest'> = async (
  { ingest },
  { org, principal, remoteAddress },
  lines,
) => {
  const sources: EntrySource[] = []
  const turn = () => ingest.turns.next(org)
  for (const { id, json } of lines) sources.push(withId(await fromExported(await readLine(json, turn), turn), id))
  const surface = principal.type === 'system' && principal.name === 'demo' ? 'demo' : 'import'
  return toReport(
    await accept(ingest, { principal, action: 'logs.import', surface, remoteAddress }, sources, { lenient: false }),
  )
}

function withId(source: EntrySource, id: string): EntrySource {
  const { value, text } = source
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return source
  if (value instanceof NotJson) return source
  return { value: { ...value, id }, text }
}
