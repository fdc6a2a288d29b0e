import { LIMITS } from '../../limits.ts'
import type { Part, Reading } from '../reading.ts'

/**
 * Expands `%placeholders%` to all combinations of their values. `\%` is a percent sign, and so is one that begins no
 * placeholder. Values are inserted as text, so their wildcards (or, with `re`, their syntax) take effect. Throws
 * `RuleError` with code `expand_unresolved` and the name of the placeholder.
 */
export function expandPlaceholders(text: string, part: Part, reading: Reading): readonly string[] {
  let texts: readonly string[] = ['']
  for (const [token, name] of text.matchAll(TOKEN)) {
    if (name === undefined) {
      const plain = token === String.raw`\%` ? '%' : token
      texts = texts.map((before) => before + plain)
      continue
    }
    const values = reading.options.placeholders?.get(name) ?? []
    if (values.length === 0)
      throw reading.error(
        'expand_unresolved',
        part,
        `The placeholder %${name}% has no values. They come from the configuration of the program that reads the rule.`,
      )
    if (texts.length * values.length > LIMITS.expandedValues)
      throw reading.error(
        'too_large',
        part,
        `The placeholders come to more than ${LIMITS.expandedValues} values (expandedValues).`,
      )
    reading.applied.push(`${name}=${JSON.stringify(values)}`)
    texts = texts.flatMap((before) => values.map((value) => before + value))
  }
  return texts
}

/** Matches a placeholder, an escaped character, or a run of other characters. */
const TOKEN = /%([\w.-]+)%|\\[\s\S]|[^%\\]+|[%\\]/g
