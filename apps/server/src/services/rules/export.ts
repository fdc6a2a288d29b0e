import type { OrgId } from '@sentinelmesh/api'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import type { Deps, Verb } from '../verb.ts'

/** Target size of a chunk in UTF-16 units. One document may exceed it. */
const PIECE_CHARS = 64 * 1024

export interface ExportedRules {
  readonly pieces: Iterable<string>
  /** The number of documents. */
  readonly documents: number
  /** The number of rules with settings, which are comments at the end. */
  readonly settings: number
}

/** Returns the file as one text. Throws `too_large`. */
export const exportRules: Verb<'rules.export', 'ruleSets'> = async (deps, { org }) => {
  const { pieces, ...counts } = await exportedRules(deps, org)
  let text = ''
  for (const piece of pieces) {
    text += piece
    if (text.length > LIMITS.pageReplyBytes) throw exportTooLarge()
  }
  return { text, ...counts }
}

function exportTooLarge(): DomainError {
  return new DomainError('too_large', {
    say: `The rules have more than ${LIMITS.pageReplyBytes} characters (limit pageReplyBytes). Get them from /api/v1/rules.yaml, which streams them.`,
    limit: 'pageReplyBytes',
    allowed: LIMITS.pageReplyBytes,
  })
}

/**
 * The file's text in chunks of at most about 512 KiB: the exact text of own and imported documents, ordered by id, and
 * then the settings of rules as comments.
 */
export async function exportedRules({ ruleSets }: Deps<'ruleSets'>, org: OrgId): Promise<ExportedRules> {
  const { rules } = await ruleSets.of(org)
  const texts = [...rules.values()].flatMap(({ record }) => (record === null ? [] : [record.text]))
  const decided = [...rules.values()].flatMap(({ id, settings }) => {
    if (settings === null) return []
    const { enabled, level, points } = settings
    const fields = [
      ...(enabled ? [] : ['enabled: false']),
      ...(level === null ? [] : [`level: ${level}`]),
      ...(points === null ? [] : [`points: ${points}`]),
    ]
    return fields.length === 0 ? [] : [`#   ${JSON.stringify(id)}: {${fields.join(', ')}}`]
  })
  const comments = decided.length === 0 ? [] : [['# Settings of this organization:', ...decided, ''].join('\n')]
  return { pieces: joined([...texts, ...comments]), documents: texts.length, settings: decided.length }
}

/** Joins the documents into one YAML stream, with several small ones per chunk. */
function* joined(texts: readonly string[]): Generator<string, void> {
  let piece = ''
  for (const [index, text] of texts.entries()) {
    piece += index === 0 ? text : `---\n${text}`
    if (piece.length < PIECE_CHARS) continue
    yield piece
    piece = ''
  }
  yield piece
}
