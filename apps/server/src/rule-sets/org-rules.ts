import type { OrgId } from '@sentinelmesh/api'
import { HIDDEN_INSTRUCTION_TAG } from '@sentinelmesh/api/constants'
import type { RuleRecord, RuleSettings } from '@sentinelmesh/db'
import {
  compileRuleSetInSteps,
  SECRET_INDEX,
  type Correlation,
  type CustomEvaluator,
  type Filter,
  type Problem,
  type Rule,
  type RuleDocument,
  type RuleSet,
} from '@sentinelmesh/rules'
import { fairYield } from '@sentinelmesh/flow/fair-yield'
import { LEVEL_POINTS, type Level } from '@sentinelmesh/rules/risk'
import { bind, directoryOf, type Reference } from './bind.ts'
import type { Builtin, DocumentReader } from './read-documents.ts'

export type OrgRuleState = 'on' | 'off' | 'quarantined' | 'loaded_not_run' | 'awaiting' | 'refused'

/** A rule, correlation, or filter of one org: the document, its origin, and the org's settings. */
export interface OrgRule {
  readonly id: string
  readonly kind: 'rule' | 'correlation' | 'filter'
  readonly title: string
  readonly text: string
  readonly hash: string
  readonly origin: 'builtin' | 'own' | 'import'
  /** Null for a built-in rule. */
  readonly record: RuleRecord | null
  /** Null if the text is refused, and for an evaluator in code. */
  readonly document: RuleDocument | null
  readonly problems: readonly Problem[]
  readonly settings: RuleSettings | null
  readonly state: OrgRuleState
  /** Includes the org's settings. Null for filters and for texts that are refused. */
  readonly weight: { readonly level: Level; readonly points: number; readonly family: string } | null
  /** The references of a filter or correlation, and whether each is bound. */
  readonly references: readonly Reference[]
}

/** The compiled rules of an org and their sources. Immutable: a change creates a new one. */
export interface OrgRules {
  readonly ruleSet: RuleSet
  readonly rules: ReadonlyMap<string, OrgRule>
  /** After binding: each names its rules by their ids. */
  readonly filters: readonly Filter[]
  readonly correlations: readonly Correlation[]
  /** Ids of the rules with the tag `HIDDEN_INSTRUCTION_TAG`. */
  readonly hiddenRules: ReadonlySet<string>
}

/** The input of the compiler. Equal parts of two orgs are compiled once. */
export interface Parts {
  readonly rules: readonly Rule[]
  readonly filters: readonly Filter[]
  readonly correlations: readonly Correlation[]
  readonly custom: readonly CustomEvaluator[]
}

export interface Stored {
  readonly records: readonly RuleRecord[]
  readonly settings: readonly RuleSettings[]
}

/** An org's rules before they are compiled. */
export interface Assembled {
  readonly rules: ReadonlyMap<string, OrgRule>
  readonly parts: Parts
}

/** Reads the org's documents. A stored document that cannot be read is left out and shown with its problems. */
export async function assemble(
  org: OrgId,
  builtin: readonly Builtin[],
  { records, settings, reader }: Stored & { readonly reader: DocumentReader },
): Promise<Assembled> {
  const settingsOf = new Map(settings.map((one) => [one.ruleId, one]))
  const documents = await reader.readRecords(org, records, builtin)
  const directory = directoryOf(builtin, records, documents)
  const rules = new Map<string, OrgRule>()

  for (const { id, title, text, hash, rule, custom } of builtin) {
    const own = settingsOf.get(id) ?? null
    rules.set(id, {
      id,
      kind: 'rule',
      title,
      text,
      hash,
      origin: 'builtin',
      record: null,
      document: rule,
      problems: [],
      settings: own,
      state: stateOf(own),
      weight: weigh(rule ?? custom, own),
      references: [],
    })
  }
  for (const record of records) {
    const { ruleId: id, title, text, hash, origin } = record
    // A built-in rule takes precedence over a stored rule with the same id, which a new version may add.
    if (rules.has(id)) continue
    const own = settingsOf.get(id) ?? null
    const { document, problems } = documents.get(id) ?? { document: null, problems: [] }
    const references = document === null || document.kind === 'rule' ? [] : bind(document, record, directory)
    rules.set(id, {
      id,
      kind: document?.kind ?? record.kind,
      title,
      text,
      hash,
      origin,
      record,
      document,
      problems,
      settings: own,
      state: document === null ? 'refused' : ownState(document, record, own, references),
      weight: document === null || document.kind === 'filter' ? null : weigh(document, own),
      references,
    })
  }
  return { rules, parts: partsOf(rules, builtin) }
}

function stateOf(settings: RuleSettings | null): OrgRuleState {
  if (settings?.quarantine) return 'quarantined'
  return settings?.enabled === false ? 'off' : 'on'
}

function ownState(
  document: RuleDocument,
  record: RuleRecord,
  settings: RuleSettings | null,
  references: readonly Reference[],
): OrgRuleState {
  const state = stateOf(settings)
  if (state !== 'on' || document.kind === 'rule') return state
  if (document.kind === 'correlation') return 'loaded_not_run'
  const isImported = record.origin === 'import' && record.confirmedAt === null
  return isImported && references.some(({ bound }) => !bound) ? 'awaiting' : 'on'
}

/** The org's level also sets the points, unless the org sets those too. */
function weigh(document: Rule | Correlation | CustomEvaluator | null, settings: RuleSettings | null) {
  if (document === null) return null
  const levelSet = settings?.level ?? null
  const level = levelSet ?? document.level
  const own = levelSet === null ? document.points : LEVEL_POINTS[levelSet]
  return { level, points: settings?.points ?? own, family: document.family }
}

function partsOf(rules: ReadonlyMap<string, OrgRule>, builtin: readonly Builtin[]): Parts {
  const parts = { rules: [] as Rule[], filters: [] as Filter[], correlations: [] as Correlation[] }
  for (const { document, state, weight, references } of rules.values()) {
    if (document === null || state === 'off' || state === 'quarantined') continue
    const bound = references.flatMap(({ id, bound: isBound }) => (isBound && id !== null ? [id] : []))
    if (document.kind === 'filter') {
      if (bound.length > 0) parts.filters.push({ ...document, rules: bound })
    } else if (weight === null) continue
    else if (document.kind === 'correlation') parts.correlations.push({ ...document, ...weight, rules: bound })
    else parts.rules.push(isSame(document, weight) ? document : { ...document, ...weight })
  }
  const custom = builtin.flatMap(({ custom: evaluator }) => {
    if (evaluator === null) return []
    const { state, weight } = rules.get(evaluator.id) ?? {}
    return state === 'on' && weight ? [isSame(evaluator, weight) ? evaluator : { ...evaluator, ...weight }] : []
  })
  return { ...parts, custom }
}

const isSame = (document: Rule | CustomEvaluator, weight: NonNullable<OrgRule['weight']>) =>
  document.level === weight.level && document.points === weight.points

/** The rules that find hidden or forged instructions, by their tag. */
export function hiddenRulesOf({
  rules,
}: {
  readonly rules: readonly Pick<Rule, 'id' | 'tags'>[]
}): ReadonlySet<string> {
  return new Set(rules.filter(({ tags }) => tags.includes(HIDDEN_INSTRUCTION_TAG)).map(({ id }) => id))
}

/** Equal parts have the same key in every org. */
export function keyOf({ rules, filters, correlations, custom }: Parts): string {
  return [
    ...rules.map(({ hash, level, points }) => `rule ${hash} ${level} ${points}`),
    ...filters.map(({ hash, rules: bound }) => `filter ${hash} ${JSON.stringify(bound)}`),
    ...correlations.map(({ hash, level, points, rules: bound }) =>
      [`correlation ${hash} ${level} ${points}`, JSON.stringify(bound)].join(' '),
    ),
    ...custom.map(({ id, version, level, points }) => `custom ${id} ${version} ${level} ${points}`),
  ]
    .toSorted()
    .join('\n')
}

const compiling = fairYield<object, 'compile'>({ sliceMs: 8, lanes: ['compile'] })

export function compileParts(parts: Parts): Promise<RuleSet> {
  const { rules, filters, correlations, custom } = parts
  const turn = async () => compiling.next(parts)
  return compileRuleSetInSteps(rules, turn, { filters, correlations, custom, secrets: SECRET_INDEX })
}
