import { randomUUID } from 'node:crypto'
import type { OrgId } from '@sentinelmesh/api'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import {
  ruleSettingsStore,
  ruleStore,
  ruleVersionStore,
  type Position,
  type Reads,
  type StoredEntry,
} from '@sentinelmesh/db'
import type { Ast } from '@sentinelmesh/query'
import type { LogSource } from '@sentinelmesh/rules'
import { toIso } from '@sentinelmesh/telemetry/timestamp'
import type { DocumentHead } from '../../rule-jobs/document-head.ts'
import { BOUNDS } from '../../rule-jobs/rule-threads.ts'
import type { OrgRules } from '../../rule-sets/org-rules.ts'
import type { Deps, Verb } from '../verb.ts'
import { change, taken, withinOrgLimits } from './change.ts'
import { detailOf, refuseBuiltinId, toNewRule } from './create.ts'
import { filterText, filterTitle } from './filter-text.ts'
import { ruleOf } from './get.ts'
import { readForSaving } from './read-for-saving.ts'

type FilterInput = Parameters<Verb<'rules.previewFilter'>>[2] & { readonly title?: string | undefined }

/** Adds a filter for one rule. Throws `not_found`, `rule_invalid`, `invalid_input`, `conflict`, `too_large`. */
export const addFilter: Verb<'rules.addFilter', 'ruleSets' | 'ruleThreads'> = async (deps, call, input) => {
  const { org } = call
  const before = await deps.ruleSets.of(org)
  const { filter } = await readFilter(deps, org, { rules: before, input, signal: call.signal })
  refuseBuiltinId(deps.ruleSets.builtin.has(filter.id), filter.id)
  if (before.rules.has(filter.id)) throw taken()

  const rule = toNewRule(filter)
  const rules = await change(deps, call, async (tx, by) => {
    await withinOrgLimits(tx, org, { rules: 1, chars: rule.text.length })
    await ruleVersionStore(tx).remember(org, [rule], by.at)
    await ruleStore(tx).insert(org, [rule], by)
    await ruleSettingsStore(tx).remove(org, rule.ruleId)
    return { action: 'rules.addFilter', target: filter.id, details: { rule_id: input.rule_id, hash: rule.hash } }
  })
  return detailOf(deps, org, rules, filter.id)
}

/** The rule and its filter, which is given as text or made from the conditions. It may apply to that rule only. */
async function readFilter(
  deps: Deps<'ruleThreads' | 'ruleSets'>,
  org: OrgId,
  about: { readonly rules: OrgRules; readonly input: FilterInput; readonly signal: AbortSignal },
): Promise<{ readonly filter: DocumentHead; readonly logsource: LogSource }> {
  const { rules, input, signal } = about
  const { rule_id: ruleId, conditions, text, title } = input
  const rule = ruleOf(rules, ruleId)
  const own = rule.document ?? rules.ruleSet.custom.find(({ id }) => id === ruleId)
  if (rule.kind !== 'rule' || own === undefined || own === null || !('logsource' in own))
    throw invalid('rule_id', 'A filter is for a rule; this is none, or its text is refused.')
  const made = conditions && {
    text: filterText({
      id: randomUUID(),
      ruleId,
      logsource: own.logsource,
      conditions: checked(conditions),
      title: title ?? filterTitle(conditions),
    }),
  }
  const filter = await readForSaving(deps, org, { rules, text: made?.text ?? text ?? '' }, signal)
  if (filter.kind !== 'filter') throw invalid('text', `This is a ${filter.kind}, not a filter.`)
  const name = rule.document?.name ?? null
  if (filter.rules === 'any' || filter.rules.some((reference) => reference !== ruleId && reference !== name))
    throw invalid('text', `The filter has to name ${JSON.stringify(ruleId)} and no other rule.`)
  return { filter: { ...filter, rules: [ruleId] }, logsource: own.logsource }
}

function checked(conditions: NonNullable<FilterInput['conditions']>) {
  for (const { field } of conditions)
    if (field.includes('|')) throw invalid('conditions', `${JSON.stringify(field)} is not a field: it holds a |.`)
  return conditions
}

function invalid(field: string, msg: string): DomainError {
  return new DomainError('invalid_input', { issues: [{ loc: [field], msg, type: 'value_error' }] })
}

const DAY_US = 24 * 3600 * 1e6
const EXAMPLES = 5
/** Entries to read at a time, and their payload bytes. */
const SLICE = { limit: 200, bytes: 4 * 1024 * 1024 }
/** Deadline for checking matches. */
const PREVIEW_MS = 5_000

/** Finds the rule's stored matches that the filter would have suppressed, newest first. Throws as `addFilter` does. */
export const previewFilter: Verb<'rules.previewFilter', 'ruleSets' | 'ruleThreads'> = async (
  deps,
  { org, signal },
  input,
) => {
  const rules = await deps.ruleSets.of(org)
  const { filter, logsource } = await readFilter(deps, org, { rules, input, signal })
  using thread = await deps.ruleThreads.replay.lease(org, { signal })
  const how = { bound: BOUNDS.preview, signal }
  await thread.run('openPreview', { filter: { text: filter.text, bound: [input.rule_id] }, logsource }, how)
  const to = deps.clock.now() * 1000
  const from = to - LIMITS.filterPreviewDays * DAY_US
  const found: { matches: number; examples: StoredEntry[]; suppressed: number } = {
    matches: 0,
    suppressed: 0,
    examples: [],
  }
  const { incomplete } = await eachMatch(
    deps.database.reading(signal),
    org,
    { ruleId: input.rule_id, from, to },
    async (entries) => {
      const held = await thread.run('previewPage', entries, how)
      found.matches += entries.length
      for (const [index, entry] of entries.entries()) {
        if (held[index] !== true) continue
        found.suppressed++
        if (found.examples.length < EXAMPLES) found.examples.push(entry)
      }
    },
  )
  return {
    from: toIso(from),
    to: toIso(to),
    matches: found.matches,
    suppressed: found.suppressed,
    examples: found.examples.map(({ id, at, sender, risk, snippet }) => ({
      log_id: id,
      at: toIso(at),
      sender,
      risk,
      snippet,
    })),
    incomplete,
    text: filter.text,
  }
}

interface MatchesAsked {
  readonly ruleId: string
  readonly from: number
  readonly to: number
}

async function eachMatch(
  { search }: Pick<Reads, 'search'>,
  org: OrgId,
  { ruleId, from, to }: MatchesAsked,
  look: (entries: readonly StoredEntry[]) => Promise<void>,
): Promise<{ readonly incomplete: boolean }> {
  const query: Ast = { type: 'text', field: 'rule', value: { type: 'exact', text: ruleId }, start: 0, end: 0 }
  const filter = { query, from, to, now: to }
  const late = performance.now() + PREVIEW_MS
  let looked = 0
  let after: Position | undefined
  for (;;) {
    const page = await search.page(org, filter, { ...SLICE, order: 'newest', after, whole: true })
    await look(page.items)
    looked += page.items.length
    if (page.next === null) return { incomplete: page.incomplete }
    if (looked >= LIMITS.filterPreviewMatches || performance.now() > late) return { incomplete: true }
    after = page.next
  }
}
