import type { Source } from '@sentinelmesh/rules'

/** A rule that is known to be there: all that a text can refer to. */
export interface RuleName {
  readonly id: string
  readonly name: string | null
}

/** In place of rules that are known to be there and are named in one of the texts: only their id and name matter. */
export function standIns(texts: readonly { readonly text: string }[], others: readonly RuleName[]): Source[] {
  const isNamed = namesIn(texts.map(({ text }) => text).filter(mayRefer))
  return others
    .filter(({ id, name }) => isNamed(id) || isNamed(name))
    .map(({ id, name }) => ({
      file: STAND_IN,
      text: [
        'title: Stands in for a rule that is there',
        `id: ${JSON.stringify(id)}`,
        ...(name === null ? [] : [`name: ${JSON.stringify(name)}`]),
        'logsource: {category: any}',
        'detection: {selection: {payload: any}, condition: selection}',
      ].join('\n'),
    }))
}

/** Returns whether a text may refer to other rules at all: names need not be looked up for one that cannot. */
export const mayRefer = (text: string) => /correlation|filter/.test(text)

const BETWEEN_WORDS = /[\s,[\]{}"']+/

/**
 * Returns a test of whether an id or name may be in one of these texts. Each text is split once, because an org has
 * thousands of names.
 */
function namesIn(texts: readonly string[]): (name: string | null) => boolean {
  const words = new Set(texts.flatMap((text) => text.split(BETWEEN_WORDS)))
  return (name) => {
    if (name === null) return false
    if (words.has(name)) return true
    const parts = name.split(BETWEEN_WORDS).filter((part) => part !== '')
    return parts.every((part) => words.has(part)) && texts.some((text) => text.includes(name))
  }
}

/** The file of what is not the caller's. */
export const STAND_IN = '\0stands in'
