import type { Caller, Principal, RuleDetail, Services } from '@sentinelmesh/api'
import { authorise, DomainError } from '@sentinelmesh/api/constants'
import { ruleSettingsStore, type SettingsChange } from '@sentinelmesh/db'
import type { ServiceDeps, Verb } from '../verb.ts'
import { change } from './change.ts'
import { detailOf } from './create.ts'
import { ruleOf } from './get.ts'

/** Throws `not_found`. */
export const setEnabled: Verb<Services['rules']['setEnabled']> = (deps, principal, { id, enabled }, caller) =>
  set(deps, principal, caller, { id, settings: { enabled }, action: enabled ? 'rules.enable' : 'rules.disable' })

/** Null gives back the document's own. Throws `not_found`, `invalid_input` for a filter. */
export const override: Verb<Services['rules']['override']> = (deps, principal, { id, level, points }, caller) => {
  const settings = { ...(level === undefined ? {} : { level }), ...(points === undefined ? {} : { points }) }
  return set(deps, principal, caller, { id, settings, action: 'rules.override' })
}

async function set(
  deps: ServiceDeps,
  principal: Principal | null,
  caller: Caller,
  { id, settings, action }: { id: string; settings: SettingsChange; action: `rules.${string}` },
): Promise<RuleDetail> {
  const org = authorise(principal, 'rules.write')
  const { kind } = ruleOf(await deps.ruleSets.of(org), id)
  if (kind === 'filter' && action === 'rules.override')
    throw new DomainError('invalid_input', { say: 'A filter has neither level nor points.' })
  const rules = await change(deps, { org, principal, caller }, async (tx, by) => {
    await ruleSettingsStore(tx).change(org, id, settings, by)
    return { action, target: id, details: { ...settings } }
  })
  return detailOf(deps, org, rules, id)
}

/** Ends a quarantine; one that is not quarantined stays as it is. Throws `not_found`. */
export const release: Verb<Services['rules']['release']> = async (deps, principal, { id }, caller) => {
  const org = authorise(principal, 'rules.write')
  const before = await deps.ruleSets.of(org)
  if (ruleOf(before, id).state !== 'quarantined') return detailOf(deps, org, before, id)
  const rules = await change(deps, { org, principal, caller }, async (tx, by) => {
    await ruleSettingsStore(tx).quarantine(org, id, null, by)
    return { action: 'rules.release', target: id }
  })
  deps.costs.forgive(org, id)
  return detailOf(deps, org, rules, id)
}
