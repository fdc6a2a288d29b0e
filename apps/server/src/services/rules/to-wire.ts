import type { OrgId, RuleDetail, RuleProblem, RuleRow } from '@sentinelmesh/api'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { ruleVersionStore } from '@sentinelmesh/db'
import { toIso } from '@sentinelmesh/telemetry/timestamp'
import { BOUNDS } from '../../rule-jobs/rule-threads.ts'
import { namesBeside } from '../../rule-sets/names-beside.ts'
import { toProblem } from '../../rule-jobs/to-problem.ts'
import type { OrgRule, OrgRules } from '../../rule-sets/org-rules.ts'
import type { Deps } from '../verb.ts'

const HOUR_US = 3600 * 1e6
const HOURS = 24

export interface RuleCounts {
  /** By hour, oldest first. */
  readonly hourly: readonly number[]
  /** Microseconds. Null if it never matched. */
  readonly lastAt: number | null
}

/** Counts the matches of these rules in the last 24 clock hours, including the current one. */
export async function countsOf(
  { database, clock }: Deps,
  org: OrgId,
  ruleIds: readonly string[],
): Promise<(ruleId: string) => RuleCounts> {
  const to = (Math.floor((clock.now() * 1000) / HOUR_US) + 1) * HOUR_US
  const from = to - HOURS * HOUR_US
  const [steps, last] = await Promise.all([
    database.rollups.series(org, 'rule', { from, to }, 60, ruleIds),
    database.search.lastMatches(org, ruleIds),
  ])
  const byRule = new Map<string, number[]>()
  for (const { at, key, count } of steps) {
    const hourly = byRule.get(key) ?? Array.from({ length: HOURS }, () => 0)
    hourly[Math.floor((at - from) / HOUR_US)] = count
    byRule.set(key, hourly)
  }
  return (ruleId) => ({ hourly: byRule.get(ruleId) ?? NEVER, lastAt: last.get(ruleId) ?? null })
}

const NEVER: readonly number[] = Array.from({ length: HOURS }, () => 0)

export function toRuleRow(rule: OrgRule, { hourly, lastAt }: RuleCounts): RuleRow {
  const { document, settings, record, weight } = rule
  const changed = lastChange(rule)
  return {
    id: rule.id,
    kind: rule.kind,
    title: rule.title,
    level: document === null ? (rule.origin === 'builtin' ? (weight?.level ?? null) : null) : levelOf(document),
    effective_level: weight?.level ?? null,
    effective_points: weight?.points ?? null,
    family: weight?.family ?? null,
    state: rule.state,
    origin: rule.origin,
    hash: rule.hash,
    tags: [...(document?.tags ?? [])],
    logsource: document === null || document.kind === 'correlation' ? null : { ...document.logsource },
    matches_24h: hourly.reduce((sum, count) => sum + count, 0),
    hourly: [...hourly],
    last_match_at: isoOrNull(lastAt),
    overridden: settings !== null && (settings.level !== null || settings.points !== null),
    updated_at: isoOrNull(changed?.at ?? record?.updatedAt ?? null),
    updated_by: changed?.by ?? record?.updatedBy ?? null,
  }
}

/** The last change of the text or of a setting, whichever is later. */
function lastChange({ record, settings }: OrgRule): { readonly at: number; readonly by: string } | null {
  if (settings === null || (record !== null && record.updatedAt > settings.updatedAt))
    return record === null ? null : { at: record.updatedAt, by: record.updatedBy }
  return { at: settings.updatedAt, by: settings.updatedBy }
}

const levelOf = (document: NonNullable<OrgRule['document']>) => (document.kind === 'filter' ? null : document.level)
const isoOrNull = (micros: number | null) => (micros === null ? null : toIso(micros))

/** `version` is an older text of the rule. The detail then has its text and problems. */
export async function toRuleDetail(
  deps: Deps<'ruleThreads'>,
  org: OrgId,
  rules: OrgRules,
  rule: OrgRule,
  version: { readonly hash: string; readonly text: string } | null = null,
): Promise<RuleDetail> {
  const [counts, versions] = await Promise.all([
    countsOf(deps, org, [rule.id]),
    ruleVersionStore(deps.database.read).of(org, rule.id),
  ])
  const { document, record, settings } = rule
  const quarantine = settings?.quarantine ?? null
  const most = LIMITS.relatedRules
  const refersTo = (one: OrgRule) => one.references.some(({ id }) => id === rule.id)
  const others = [...rules.rules.values()].filter(refersTo)
  const filters = others.filter(({ kind }) => kind === 'filter')
  const correlations = others.filter(({ kind }) => kind === 'correlation')
  const leftOut = {
    filters: Math.max(0, filters.length - most),
    correlations: Math.max(0, correlations.length - most),
    refers_to: Math.max(0, rule.references.length - most),
  }
  return {
    ...toRuleRow(rule, counts(rule.id)),
    text: version?.text ?? rule.text,
    hash: version?.hash ?? rule.hash,
    points: document === null || document.kind === 'filter' ? null : document.points,
    override: { level: settings?.level ?? null, points: settings?.points ?? null },
    enabled: settings?.enabled ?? true,
    description: document?.description ?? null,
    author: document?.author ?? null,
    license: document?.license ?? null,
    status: document?.status ?? null,
    date: document?.date ?? null,
    modified: document?.modified ?? null,
    references: [...(document?.references ?? [])],
    falsepositives: [...(document?.falsepositives ?? [])],
    problems:
      version === null && document === null
        ? rule.problems.map(toProblem)
        : await problemsOf(deps, org, { rules, ruleId: rule.id, text: version?.text ?? rule.text }),
    filters: filters.slice(0, most).map(({ id, title, state, origin }) => ({ id, title, state, origin })),
    correlations: correlations.slice(0, most).map(({ id, title }) => ({ id, title })),
    refers_to: rule.references.slice(0, most).map((reference) => ({ ...reference })),
    ...(Object.values(leftOut).some((count) => count > 0) ? { left_out: leftOut } : {}),
    versions: versions.map(({ hash, title, firstSeenAt }) => ({
      hash,
      title,
      first_seen_at: toIso(firstSeenAt),
      current: hash === rule.hash,
    })),
    quarantine:
      quarantine === null
        ? null
        : {
            at: toIso(quarantine.at),
            reason: quarantine.reason,
            micros: quarantine.micros,
            budget_micros: quarantine.budgetMicros,
            payload_bytes: quarantine.payloadBytes,
            strikes: quarantine.strikes,
          },
    import_id: record?.importId ?? null,
    file: record?.file ?? null,
    created_at: isoOrNull(record?.createdAt ?? null),
    created_by: record?.createdBy ?? null,
  }
}

/** Problems of the displayed text. If linting is too expensive, the rule is shown without them. */
async function problemsOf(
  { ruleThreads }: Deps<'ruleThreads'>,
  org: OrgId,
  { rules, ruleId, text }: { readonly rules: OrgRules; readonly ruleId: string; readonly text: string },
): Promise<RuleProblem[]> {
  const beside = namesBeside(rules, [text])
  try {
    return await ruleThreads.check.run(org, 'lintText', { text, beside }, { bound: BOUNDS.check })
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'too_expensive')) throw error
    const range = { line: 1, column: 1, endLine: 1, endColumn: 1 }
    const { message } = error
    return [{ file: null, range, path: '$', code: 'too_large', severity: 'warning', message, mend: null, ruleId }]
  }
}
