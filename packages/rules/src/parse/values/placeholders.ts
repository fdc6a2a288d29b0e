import { LIMITS } from '../../limits.ts'
import type { Part, Reading } from '../reading.ts'

/**
 * The texts that a value with `%placeholders%` stands for: each value of each placeholder, combined. `\%` is a percent
 * sign; a percent sign that begins no placeholder is one too. The values are put in as text, so that their wildcards
 * (or, under `re`, their syntax) work. Throws `RuleError`: `expand_unresolved` by the name of the placeholder.
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

/** A placeholder; an escaped character; a run of others. */
const TOKEN = /%([\w.-]+)%|\\[\s\S]|[^%\\]+|[%\\]/g
