import { newView } from './new-view.ts'
import { entryFields, textsOf } from './tool-call.ts'
import { made, slice } from './view-text.ts'
import type { Entry } from '../entry.ts'
import type { View, ViewText } from '../match/view.ts'
import type { Concept } from '../wording/concepts.ts'
import { WORDING_LIMITS } from '../wording/limits.ts'
import type { Mention } from '../wording/phrase-trie.ts'
import { readWording, type Statement } from '../wording/read-wording.ts'

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
    for (const statement of wording.statements) {
      if (statements >= WORDING_LIMITS.statements) break
      views.push(
        newView({
          logsource: STATEMENT,
          has: (field) => hasField(statement, field),
          fields: () => statementFields(source, statement, entry.kind),
          index: statements,
          number: views.length,
          entry: own,
        }),
      )
      statements += 1
    }
    if (!hasParts(wording.mentions)) continue
    views.push(
      newView({
        logsource: WORDING,
        has: (field) => field === 'Kind' || wording.mentions.some(({ concept }) => concept === field),
        fields: () => fieldsOf(source, wording.mentions).set('Kind', [made(entry.kind, null)]),
        index: wordings,
        number: views.length,
        entry: own,
      }),
    )
    wordings += 1
  }
  return views
}

const STATEMENT = { category: 'statement' }
const WORDING = { category: 'wording' }

function hasField({ mentions, stances, ordered }: Statement, field: string): boolean {
  if (field === 'Statement' || field === 'Kind') return true
  if (field === 'Stance') return stances.length > 0
  if (field === 'Ordered') return ordered.length > 0
  return mentions.some(({ concept }) => concept === field)
}

function statementFields(
  source: ViewText,
  { start, end, mentions, stances, ordered }: Statement,
  kind: Entry['kind'],
): ReadonlyMap<string, ViewText[]> {
  const text = slice(source, start, end)
  const fields = fieldsOf(source, mentions)
  fields.set('Statement', [text])
  fields.set('Kind', [made(kind, null)])
  const madeOf = (concept: Concept) => made(concept, fields.get(concept)?.[0] ?? text)
  if (ordered.length > 0) fields.set('Ordered', ordered.map(madeOf))
  if (stances.length > 0)
    fields.set(
      'Stance',
      stances.map((stance) => made(stance, text)),
    )
  return fields
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
