import { readRules, type RuleLibrary } from '@sentinelmesh/rules'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { visible } from '@sentinelmesh/command-line/print'
import { LIMITS } from './limits.ts'
import { counted } from './print-problem.ts'
import { readOptions, type ReadFlags } from './read-options.ts'
import { ruleFilesAt } from './rule-files.ts'

/**
 * Loads the rules at these paths. Errors are printed to standard error, and the other rules are still loaded. Ends the
 * command with exit code 1 if no rule is left.
 */
export function loadRules(
  paths: readonly string[],
  flags: ReadFlags,
): { readonly library: RuleLibrary; readonly refused: number } {
  const { rules: sources, unreadable } = ruleFilesAt(paths)
  const library = readRules(sources, readOptions(flags))
  const errors = library.problems.filter(({ severity }) => severity === 'error')
  const faults = [
    ...unreadable.map(({ file, message }) => `${visible(file)}: ${message}`),
    ...errors.map(
      ({ file, range, code, message }) =>
        `${visible(file ?? '-')}:${range.line}:${range.column} ${code} ${visible(message)}`,
    ),
  ]
  const loaded = library.rules.length + library.correlations.length
  const refused = unreadable.length + library.documents - loaded - library.filters.length
  if (faults.length > 0) {
    const more = faults.length - LIMITS.listedFaults
    process.stderr.write(
      `${faults.slice(0, LIMITS.listedFaults).join('\n')}\n${more > 0 ? `and ${more} more; sentinelmesh rules lint shows all\n` : ''}`,
    )
    process.stderr.write(`${counted(refused, 'document')} refused; ${counted(loaded, 'rule')} loaded.\n`)
  }
  if (loaded === 0) throw new CommandFailed('There is no rule to run.')
  return { library, refused }
}
