import type { Source } from '@sentinelmesh/rules'

/** An existing rule, as far as a text can refer to it. */
export interface RuleName {
  readonly id: string
  readonly name: string | null
}

/** Returns stand-ins for existing rules that one of the texts refers to. Only their id and name matter. */
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

/** Returns whether a text may refer to other rules. If not, no names need to be looked up. */
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

/** The file name of rules that are not the caller's. */
export const STAND_IN = '\0stands in'
