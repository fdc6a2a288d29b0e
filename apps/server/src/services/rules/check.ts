import type { Services } from '@sentinelmesh/api'
import { authorise } from '@sentinelmesh/api/constants'
import type { Verb } from '../verb.ts'
import { readTexts } from './read-text.ts'
import { lint } from './to-wire.ts'

/** Everything that is wrong or suspicious in the documents of a text; nothing is stored. */
export const check: Verb<Services['rules']['check']> = async (deps, principal, { text }) => {
  const org = authorise(principal, 'rules.read')
  const rules = await deps.ruleSets.of(org)
  const { documents, count } = await readTexts(rules, [{ file: null, text }])
  return {
    problems: await lint(rules, text),
    documents: count,
    rules: documents.map((document) => {
      const { id, kind, title } = document
      const weight = document.kind === 'filter' ? null : document
      return {
        id,
        kind,
        title,
        level: weight?.level ?? null,
        points: weight?.points ?? null,
        family: weight?.family ?? null,
      }
    }),
  }
}
