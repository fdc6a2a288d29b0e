import type { OrgId } from '@sentinelmesh/api'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import type { Deps, Verb } from '../verb.ts'

/** UTF-16 units of a piece, and what one document may add to it. */
const PIECE_CHARS = 64 * 1024

export interface ExportedRules {
  readonly pieces: Iterable<string>
  /** How many documents are in it. */
  readonly documents: number
  /** How many rules have settings, which are comments at its end. */
  readonly settings: number
}

/** As one text. Throws `too_large`. */
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

/** The text of a file in pieces of at most about 512 KiB: own and imported documents to the letter, in the order of their ids; then, as comments, what was decided about rules. */
export async function exportedRules({ ruleSets }: Deps<'ruleSets'>, org: OrgId): Promise<ExportedRules> {
  const { rules } = await ruleSets.of(org)
  const texts = [...rules.values()].flatMap(({ record }) => (record === null ? [] : [record.text]))
  const decided = [...rules.values()].flatMap(({ id, settings }) => {
    if (settings === null) return []
    const { enabled, level, points } = settings
    const said = [
      ...(enabled ? [] : ['enabled: false']),
      ...(level === null ? [] : [`level: ${level}`]),
      ...(points === null ? [] : [`points: ${points}`]),
    ]
    return said.length === 0 ? [] : [`#   ${JSON.stringify(id)}: {${said.join(', ')}}`]
  })
  const comments = decided.length === 0 ? [] : [['# Settings of this organization:', ...decided, ''].join('\n')]
  return { pieces: joined([...texts, ...comments]), documents: texts.length, settings: decided.length }
}

/** The documents as one stream of YAML, several small ones in a piece. */
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
