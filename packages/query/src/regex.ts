import { compileRegex, RegexError, type RegexFlags } from '@sentinelmesh/rules/regex'
import { foldCase } from '@sentinelmesh/text/fold-case'
import type { RegexNeeds } from './text-needs.ts'
import type { RegexCompiler } from './text-test.ts'

export { metered, type WorkMeter } from '@sentinelmesh/rules/regex'

/** The rules' own engine. Apart from the rest of the package, so that a page that only reads queries does not load it. */
export const linearRegex: RegexCompiler = (source, flags) => {
  try {
    const { literals, test } = compileRegex(source, flagsOf(flags))
    if (literals === null) return { test }
    // Most texts hold none of what the pattern needs, and a plain search says so much sooner.
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

/** Of an expression that cannot be compiled nothing is known. */
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
