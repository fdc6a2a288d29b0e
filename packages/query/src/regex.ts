import { compileRegex, RegexError, type RegexFlags } from '@sentinelmesh/rules/regex'
import { foldCase } from '@sentinelmesh/text/fold-case'
import type { RegexNeeds } from './text-needs.ts'
import type { RegexCompiler } from './text-test.ts'

export { metered, type WorkMeter } from '@sentinelmesh/rules/regex'

/** The regex engine of rules. In a separate module, so that a page that only parses queries does not load it. */
export const linearRegex: RegexCompiler = (source, flags) => {
  try {
    const { literals, test } = compileRegex(source, flagsOf(flags))
    if (literals === null) return { test }
    // Most texts lack the literals that the pattern requires, and a plain search finds that out much faster.
    return {
      test: (text) => {
        const folded = foldCase(text)
        return literals.some((literal) => folded.includes(literal)) && test(text)
      },
    }
  } catch (error) {
    if (!(error instanceof RegexError)) throw error
    return { problem: error.message }
  }
}

/** An expression that cannot be compiled requires nothing. */
export const linearRegexNeeds: RegexNeeds = (source, flags) => {
  try {
    return compileRegex(source, flagsOf(flags)).requires.map((list) => list.map(({ text }) => text))
  } catch (error) {
    if (!(error instanceof RegexError)) throw error
    return []
  }
}

function flagsOf(flags: string): RegexFlags {
  return { ignoreCase: flags.includes('i'), multiline: flags.includes('m'), dotAll: flags.includes('s') }
}
