export { compareEvaluations, type Change } from './compare.ts'
export { createEvaluation, type Evaluator } from './evaluation.ts'
export { LabelError, parseLabeled, type Labeled } from './labeled.ts'
export { renderComparison, renderEnforced, renderEvaluation } from './render.ts'
export {
  readSaved,
  type Enforced,
  type Evaluation,
  type Group,
  type Macro,
  type RuleScore,
  type Share,
} from './saved.ts'
export { score, type Score, type ScoreOptions, type Verdict } from './score.ts'
export { readWrittenFrom, type WrittenFrom } from './written-from.ts'
