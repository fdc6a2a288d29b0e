import { newView } from './new-view.ts'
import { entryFields, textsOf } from './tool-call.ts'
import { made, slice } from './view-text.ts'
import type { Entry } from '../entry.ts'
import type { View, ViewText } from '../match/view.ts'
import type { Concept } from '../wording/concepts.ts'
import { WORDING_LIMITS } from '../wording/limits.ts'
import type { Mention } from '../wording/phrase-trie.ts'
import { readWording } from '../wording/read-wording.ts'

/**
 * Derives what a text says to a model: a view `statement` for each order, claim or request in it, and a view `wording`
 * with everything in the text. Their fields are the concepts of `wording/concepts.ts`.
 */
export function wordingViews(entry: Entry): readonly View[] {
  const views: View[] = []
  const own = entryFields(entry)
  let charsLeft: number = WORDING_LIMITS.chars
  let statements = 0
  let wordings = 0
  for (const whole of textsOf(entry)) {
    if (charsLeft === 0) break
    const source = whole.text.length > charsLeft ? slice(whole, 0, charsLeft) : whole
    charsLeft -= source.text.length
    const wording = readWording(source.text)
    for (const { start, end, mentions, stances, ordered } of wording.statements) {
      if (statements >= WORDING_LIMITS.statements) break
      const text = slice(source, start, end)
      const fields = fieldsOf(source, mentions)
      fields.set('Statement', [text])
      fields.set('Kind', [made(entry.kind, null)])
      if (ordered.length > 0)
        fields.set(
          'Ordered',
          ordered.map((concept) => made(concept, fields.get(concept)?.[0] ?? text)),
        )
      if (stances.length > 0)
        fields.set(
          'Stance',
          stances.map((stance) => made(stance, text)),
        )
      views.push(
        newView({ logsource: { category: 'statement' }, fields, index: statements, number: views.length, entry: own }),
      )
      statements += 1
    }
    if (!hasParts(wording.mentions)) continue
    const fields = fieldsOf(source, wording.mentions)
    fields.set('Kind', [made(entry.kind, null)])
    views.push(
      newView({ logsource: { category: 'wording' }, fields, index: wordings, number: views.length, entry: own }),
    )
    wordings += 1
  }
  return views
}

/** Concepts of which a text about a role without limits has at least two. */
const PARTS: ReadonlySet<Concept> = new Set<Concept>([
  'Persona',
  'Unrestricted',
  'Mode',
  'Refuse',
  'Compliance',
  'Guardrail',
  'Override',
  'HiddenPrompt',
])

function hasParts(mentions: readonly Mention[]): boolean {
  let first: Concept | undefined
  for (const { concept } of mentions) {
    if (!PARTS.has(concept) || concept === first) continue
    if (first !== undefined) return true
    first = concept
  }
  return false
}

function fieldsOf(source: ViewText, mentions: readonly Mention[]): Map<string, ViewText[]> {
  const fields = new Map<string, ViewText[]>()
  for (const { concept, start, end } of mentions) {
    const values = fields.get(concept) ?? []
    if (values.length >= WORDING_LIMITS.values) continue
    values.push(slice(source, start, end))
    fields.set(concept, values)
  }
  return fields
}
