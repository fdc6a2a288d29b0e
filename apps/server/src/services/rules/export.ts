import type { Services } from '@sentinelmesh/api'
import { authorise } from '@sentinelmesh/api/constants'
import type { Verb } from '../verb.ts'

/** UTF-16 units of a piece, and what one document may add to it. */
const PIECE_CHARS = 64 * 1024

/** Own and imported documents to the letter, in the order of their ids; then, as comments, what was decided about rules. */
export const exportRules: Verb<Services['rules']['export']> = async (deps, principal) => {
  const org = authorise(principal, 'rules.read')
  const { rules } = await deps.ruleSets.of(org)
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
