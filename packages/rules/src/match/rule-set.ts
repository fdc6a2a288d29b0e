import { compileProgram, type Program } from './program.ts'
import type { LogSourceRow } from './route.ts'
import { customHash, type CustomEvaluator, type Unit } from './unit.ts'
import { planCorrelations } from '../correlate/plan.ts'
import type { LogSource } from '../entry.ts'
import type { Correlation, Filter, Rule, Weight } from '../parse/rule.ts'
import { covers } from '../parse/log-source.ts'
import { START } from '../parse/yaml/documents.ts'
import type { SecretIndex } from '../redact/secret-index.ts'
import { RuleError } from '../parse/rule-error.ts'
import { sha256 } from '../sha256.ts'
import { atOnce, inTurns, type Steps, type Turn } from '../turns.ts'

/** Rules compiled together. Compile a set once and share it between all callers with the same rules. */
export interface RuleSet {
  /**
   * Hex SHA-256 over the texts and weights of all parts. It does not depend on their order: the same parts, read with
   * the same options, have the same hash.
   */
  readonly hash: string
  readonly rules: readonly Rule[]
  readonly correlations: readonly Correlation[]
  readonly filters: readonly Filter[]
  readonly custom: readonly CustomEvaluator[]
  /**
   * Ids of the rules and correlations that only feed others: a runnable correlation refers to them without `generate`.
   * Their matches have `contributes: false`.
   */
  readonly baseOnly: ReadonlySet<string>
  readonly program: Program
}

export interface RuleSetOptions {
  /** Each applies to the rules that it names, if the log sources agree. */
  readonly filters?: readonly Filter[]
  /** They do not run here; the rule set only has to know which rules and fields they need. */
  readonly correlations?: readonly Correlation[]
  /** Evaluators that are defined in code. */
  readonly custom?: readonly CustomEvaluator[]
  /** Mappings that make events of one log source also count as another. */
  readonly logSources?: readonly LogSourceRow[]
  /** With `SECRET_INDEX`, `judge` finds secrets in the same pass as rules; otherwise it searches every text again. */
  readonly secrets?: SecretIndex
}

/** Throws `RuleError` if two of the parts have the same id. */
export function compileRuleSet(rules: readonly Rule[], options: RuleSetOptions = {}): RuleSet {
  return atOnce(compiling(rules, options))
}

/** Like `compileRuleSet`, but awaits `turn` after each rule. */
export function compileRuleSetInSteps(
  rules: readonly Rule[],
  turn: Turn,
  options: RuleSetOptions = {},
): Promise<RuleSet> {
  return inTurns(compiling(rules, options), turn)
}

function* compiling(rules: readonly Rule[], options: RuleSetOptions): Steps<RuleSet> {
  const { filters = [], correlations = [], custom = [], logSources = [], secrets = null } = options
  refuseDuplicates([...rules, ...correlations, ...filters, ...custom])
  const named = [...rules, ...custom.map(({ id }) => ({ id, name: null }))]
  const { hidden: baseOnly } = planCorrelations({ rules: named, correlations })
  const units = [
    ...rules.map((rule) => unitOf(rule, rule.hash, rule.name)),
    ...custom.map((evaluator) => unitOf(evaluator, customHash(evaluator), null)),
  ]
  function unitOf(does: Rule | CustomEvaluator, hash: string, name: string | null): Unit {
    const { id, title, level, points, family, logsource } = does
    const applied = filters.filter((filter) => appliesTo(filter, id, name, logsource))
    const contributes = !baseOnly.has(id)
    return { id, title, level, points, family, logsource, hash, contributes, filters: applied, does }
  }
  const hash = hashOf([
    ...units.map((unit) => weighed('rule', unit)),
    ...correlations.map((correlation) => weighed('correlation', correlation)),
    ...filters.map((filter) => `filter ${filter.id} ${filter.hash}`),
  ])
  const program = yield* compileProgram(units, { fields: correlations.flatMap(fieldsOf), logSources, secrets })
  return { hash, rules, correlations, filters, custom, baseOnly, program }
}

function refuseDuplicates(parts: readonly { readonly id: string }[]): void {
  const ids = new Set<string>()
  for (const { id } of parts) {
    if (ids.has(id)) throw new RuleError('duplicate_id', START, `Two rules are "${id}".`)
    ids.add(id)
  }
}

const weighed = (kind: string, { id, hash, level, points, family }: Weight & { id: string; hash: string }) =>
  [kind, id, hash, level, points, family].join(' ')

const hashOf = (lines: readonly string[]) => sha256(lines.toSorted().join('\n'))

/** A filter applies to the rules that it names, if they have the same value for each key of its log source. */
export function appliesTo({ rules, logsource }: Filter, id: string, name: string | null, of: LogSource): boolean {
  const named = rules === 'any' || rules.includes(id) || (name !== null && rules.includes(name))
  return named && covers(logsource, of)
}

/** The event fields that a correlation reads. */
function fieldsOf({ groupBy, aliases, fields }: Correlation): string[] {
  return [
    ...groupBy.filter((name) => !aliases.has(name)),
    ...[...aliases.values()].flatMap((byRule) => [...byRule.values()]),
    ...fields,
  ]
}
