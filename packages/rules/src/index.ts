export {
  evaluateEntry,
  evaluateJson,
  matchEntry,
  matchEntryByEveryRule,
  matchJson,
  matchJsonByEveryRule,
  matchObject,
  type Evaluation,
} from './match/evaluate.ts'
export { compileRules, type CompiledRules, type CompileOptions } from './compile-rules.ts'
export { compileRuleSet, compileRuleSetInSteps, type RuleSet, type RuleSetOptions } from './match/rule-set.ts'
export type { LogSourceRow } from './match/route.ts'
export { customHash, type CustomEvaluator, type EventView } from './match/unit.ts'
export { KINDS, type Entry, type Kind, type LogSource, type Payload, type System } from './entry.ts'
export { judge, type Judged } from './judge.ts'
export { LIMITS } from './limits.ts'
export { lintRules, lintRulesInSteps, type LintOptions } from './lint/lint-rules.ts'
export { describeUndecided, type Overspent, type Undecided } from './match/undecided.ts'
export type { HeldPart, HeldSelection, Match, Place } from './match/match.ts'
export type { EntryOptions, ViewsOf } from './match/view.ts'
export { parseRule } from './parse/parse-rule.ts'
export { readPipeline } from './parse/pipeline/pipeline.ts'
export type { Pipeline } from './parse/pipeline/transformation.ts'
export type { Problem, ProblemCode } from './parse/problem.ts'
export type { CustomModifier, ReadOptions } from './parse/reading.ts'
export { readRules, readRulesInSteps, type RuleLibrary, type Source } from './parse/read-rules.ts'
export { DEFAULT_REDACTION, MASK, redact, type Masked, type Redaction } from './redact/redact.ts'
export { SECRET_INDEX, type SecretIndex } from './redact/secret-index.ts'
export { RULE_ERROR_CODES, RuleError, type RuleErrorCode, type SourceRange } from './parse/rule-error.ts'
export type { Correlation, CustomTest, Filter, Rule, RuleDocument, Selection } from './parse/rule.ts'
export { createExplainer, explain, type Explainer, type ExplainOptions } from './explain/explain.ts'
export { describeExplanation } from './explain/describe.ts'
export type {
  ConditionExplanation,
  Excerpt,
  Explanation,
  FilterExplanation,
  Miss,
  PartExplanation,
  SearchExplanation,
  SelectionExplanation,
  ValueExplanation,
} from './explain/explanation.ts'
export type { CorrelationEvent } from './correlate/input.ts'
export {
  createCorrelator,
  type Correlator,
  type CorrelatorOptions,
  type CorrelatorStats,
} from './correlate/correlator.ts'
export {
  describeCorrelation,
  type CorrelationMatch,
  type BaseEvent,
  type Reached,
} from './correlate/correlation-match.ts'
export type { Turn } from './turns.ts'
export { createEvaluator, type Evaluated, type Evaluator, type EvaluatorOptions } from './correlate/stream.ts'
