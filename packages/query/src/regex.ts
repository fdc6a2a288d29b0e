import { compileRegex, RegexError } from '@sentinelmesh/rules/regex'
import { fold } from './fold.ts'
import type { RegexCompiler } from './text-test.ts'

/** The rules' own engine. Apart from the rest of the package, so that a page that only reads queries does not load it. */
export const linearRegex: RegexCompiler = (source, flags) => {
  try {
    const { literals, test } = compileRegex(source, {
      ignoreCase: flags.includes('i'),
      multiline: flags.includes('m'),
      dotAll: flags.includes('s'),
    })
    if (literals === null) return { test }
    // Most texts hold none of what the pattern needs, and a plain search says so much sooner.
    return {
      test: (text) => {
        const folded = fold(text)
        return literals.some((literal) => folded.includes(literal)) && test(text)
      },
    }
  } catch (error) {
    if (!(error instanceof RegexError)) throw error
    return { problem: error.message }
  }
}
