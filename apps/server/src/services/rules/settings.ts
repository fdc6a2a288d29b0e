import type { RuleDetail } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import { ruleSettingsStore, type SettingsChange } from '@sentinelmesh/db'
import type { OrgCall, Deps, Verb } from '../verb.ts'
import { change } from './change.ts'
import { detailOf } from './create.ts'
import { ruleOf } from './get.ts'

/** Throws `not_found`. */
export const setEnabled: Verb<'rules.setEnabled', 'ruleSets' | 'ruleThreads'> = (deps, call, { id, enabled }) =>
  set(deps, call, { id, settings: { enabled }, action: enabled ? 'rules.enable' : 'rules.disable' })

/** Null restores the document's value. Throws `not_found`, `invalid_input` for a filter. */
export const override: Verb<'rules.override', 'ruleSets' | 'ruleThreads'> = (deps, call, { id, level, points }) => {
  const settings = { ...(level === undefined ? {} : { level }), ...(points === undefined ? {} : { points }) }
  return set(deps, call, { id, settings, action: 'rules.override' })
}

async function set(
  deps: Deps<'ruleSets' | 'ruleThreads'>,
  call: OrgCall,
  { id, settings, action }: { id: string; settings: SettingsChange; action: `rules.${string}` },
): Promise<RuleDetail> {
  const { org } = call
  const { kind } = ruleOf(await deps.ruleSets.of(org), id)
  if (kind === 'filter' && action === 'rules.override')
    throw new DomainError('invalid_input', { say: 'A filter has neither level nor points.' })
  const rules = await change(deps, call, async (tx, by) => {
    await ruleSettingsStore(tx).change(org, id, settings, by)
    return { action, target: id, details: { ...settings } }
  })
  return detailOf(deps, org, rules, id)
}

/** Changes level, points, and `enabled` in one request. Throws `invalid_input` if none of them is given. */
export const changeSettings: Verb<'ruleSettings.change', 'ruleSets' | 'ruleThreads'> = async (
  deps,
  call,
  { id, enabled, ...weight },
) => {
  const isWeighed = weight.level !== undefined || weight.points !== undefined
  if (!isWeighed && enabled === undefined)
    throw new DomainError('invalid_input', {
      issues: [{ loc: [], msg: 'Give enabled, level or points.', type: 'missing' }],
    })
  if (enabled === undefined) return override(deps, call, { id, ...weight })
  if (isWeighed) await override(deps, call, { id, ...weight })
  return setEnabled(deps, call, { id, enabled })
}

/** Ends a quarantine. Does nothing if the rule is not quarantined. Throws `not_found`. */
export const release: Verb<'rules.release', 'costs' | 'ruleSets' | 'ruleThreads'> = async (deps, call, { id }) => {
  const { org } = call
  const before = await deps.ruleSets.of(org)
  if (ruleOf(before, id).state !== 'quarantined') return detailOf(deps, org, before, id)
  const rules = await change(deps, call, async (tx, by) => {
    await ruleSettingsStore(tx).quarantine(org, id, null, by)
    return { action: 'rules.release', target: id }
  })
  deps.costs.forgive(org, id)
  return detailOf(deps, org, rules, id)
}
