import { compileRuleSet, type RuleSet, type RuleSetOptions } from './match/rule-set.ts'
import type { Problem } from './parse/problem.ts'
import type { ReadOptions } from './parse/reading.ts'
import { readRules, type Source } from './parse/read-rules.ts'

export interface CompileOptions
  extends Omit<ReadOptions, 'evaluators'>, Pick<RuleSetOptions, 'custom' | 'logSources' | 'secrets'> {}

export interface CompiledRules {
  readonly ruleSet: RuleSet
  /** Errors and warnings. Documents with errors are not in the rule set. */
  readonly problems: readonly Problem[]
}

/**
 * Reads YAML with one or more documents and compiles the valid ones: rules with the filters that apply to them, and
 * correlations. Never throws because of a source's content. Throws `RuleError` if an evaluator in `custom` has the id
 * of a document.
 */
export function compileRules(sources: string | readonly Source[], options: CompileOptions = {}): CompiledRules {
  const { custom = [], logSources = [], secrets, ...reading } = options
  const list = typeof sources === 'string' ? [{ file: null, text: sources }] : sources
  const { rules, filters, correlations, problems } = readRules(list, {
    ...reading,
    evaluators: custom.map(({ id }) => id),
  })
  return {
    ruleSet: compileRuleSet(rules, { filters, correlations, custom, logSources, ...(secrets && { secrets }) }),
    problems,
  }
}
