import type { RuleRow } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { LEVELS } from '@sentinelmesh/rules/risk'
import type { OrgRule } from '../../rule-sets/org-rules.ts'
import { fitting } from '../logs/fitting.ts'
import type { Verb } from '../verb.ts'
import { countsOf, toRuleRow } from './to-wire.ts'

type Input = Parameters<Verb<'rules.list'>>[2]

/** A page is cut at `pageReplyBytes` but has at least one row, because tags and log sources can have any length. */
export const list: Verb<'rules.list', 'ruleSets'> = async (deps, { org }, input) => {
  const { rules, ruleSet } = await deps.ruleSets.of(org)
  const all = [...rules.values()]
  const asked = all.filter((rule) => isAsked(rule, input))
  const counts = await countsOf(
    deps,
    org,
    asked.map(({ id }) => id),
  )
  const rows = asked.map((rule) => toRuleRow(rule, counts(rule.id))).toSorted(ORDERS[input.order])
  const inState = (state: OrgRule['state']) => all.filter((rule) => rule.state === state).length
  const items = fitting(rows.slice(input.offset, input.offset + input.limit), LIMITS.pageReplyBytes, 'first')
  const next = input.offset + items.length
  return {
    items: [...items],
    total: rows.length,
    next_offset: items.length > 0 && next < rows.length ? next : null,
    counts: {
      all: all.length,
      on: inState('on'),
      off: inState('off'),
      quarantined: inState('quarantined'),
      loaded_not_run: inState('loaded_not_run'),
      awaiting: inState('awaiting'),
      refused: inState('refused'),
      overridden: all.filter(({ settings }) => settings !== null && (settings.level ?? settings.points) !== null)
        .length,
    },
    rule_set: ruleSet.hash,
  }
}

function isAsked(rule: OrgRule, { kind, state, origin, level, q }: Input): boolean {
  if (kind !== undefined && rule.kind !== kind) return false
  if (state !== undefined && rule.state !== state) return false
  if (origin !== undefined && rule.origin !== origin) return false
  if (level !== undefined && rule.weight?.level !== level) return false
  if (q === undefined) return true
  const wanted = q.trim().toLowerCase()
  return [rule.title, rule.id, ...(rule.document?.tags ?? [])].some((text) => text.toLowerCase().includes(wanted))
}

const byTitle = (a: RuleRow, b: RuleRow) => compare(a.title, b.title) || compare(a.id, b.id)
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const rank = ({ effective_level: level }: RuleRow) => (level === null ? -1 : LEVELS.indexOf(level))

const ORDERS: Record<Input['order'], (a: RuleRow, b: RuleRow) => number> = {
  matches: (a, b) => b.matches_24h - a.matches_24h || rank(b) - rank(a) || byTitle(a, b),
  level: (a, b) => rank(b) - rank(a) || byTitle(a, b),
  title: byTitle,
  changed: (a, b) => compare(b.updated_at ?? '', a.updated_at ?? '') || byTitle(a, b),
}
