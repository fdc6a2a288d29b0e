import type { Services } from '@sentinelmesh/api'
import { lintText } from './lint-text.ts'
import { readTexts } from './read-texts.ts'
import type { RuleName } from './stand-ins.ts'

/** Returns all errors and warnings for the documents of a text. */
export async function check(input: {
  text: string
  beside: readonly RuleName[]
}): ReturnType<Services['rules']['check']> {
  const { documents, count } = await readTexts([{ file: null, text: input.text }], input.beside)
  return {
    problems: await lintText(input),
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
