import { LEVELS } from '@sentinelmesh/api/constants'
import type { ListInput } from './rule-types.ts'

/** Search parameters of the rules page. An invalid value falls back to the default, with a notice. */
export interface RulesSearch {
  readonly q?: string
  readonly status?: string
  readonly level?: string
  readonly sort?: string
  readonly rule?: string
  readonly tab?: string
}

/** States and origins of rules, in one list, because the user filters by one of them. */
const STATES = ['on', 'off', 'quarantined', 'loaded_not_run', 'awaiting', 'refused'] as const
const ORIGINS = ['own', 'import', 'builtin'] as const
export const STATUSES = ['all', ...STATES, ...ORIGINS] as const
export type Status = (typeof STATUSES)[number]
export const LEVEL_CHOICES = ['all', ...LEVELS.toReversed()] as const
export type LevelChoice = (typeof LEVEL_CHOICES)[number]
export const SORTS = ['level', 'matches', 'title', 'changed'] as const
export type Sort = (typeof SORTS)[number]
/** `new` means that no rule is open and a new one is being written. */
const TABS = ['yaml', 'settings', 'filters', 'versions', 'new'] as const
export type Tab = (typeof TABS)[number]

export interface RulesView {
  readonly q: string
  readonly status: Status
  readonly level: LevelChoice
  readonly sort: Sort
  readonly tab: Tab
  readonly problems: readonly string[]
}

/** The limit of the API on the search text of a list. */
export const QUERY_CHARS = 200

export function readRulesSearch(search: RulesSearch): RulesView {
  const problems: string[] = []
  const one = <Choice extends string>(name: keyof RulesSearch, choices: readonly Choice[], usual: Choice): Choice => {
    const value = search[name]
    const found = choices.find((choice) => choice === value)
    if (value !== undefined && found === undefined) problems.push(`The ${name} in the URL is unknown and was ignored.`)
    return found ?? usual
  }
  return {
    q: (search.q ?? '').slice(0, QUERY_CHARS),
    status: one('status', STATUSES, 'all'),
    level: one('level', LEVEL_CHOICES, 'all'),
    sort: one('sort', SORTS, 'level'),
    tab: one('tab', TABS, 'yaml'),
    problems,
  }
}

/** The input of the list request. */
export function listInput({ q, status, level, sort }: RulesView): ListInput {
  const state = STATES.find((each) => each === status)
  const origin = ORIGINS.find((each) => each === status)
  return {
    ...(q.trim() === '' ? {} : { q: q.trim() }),
    ...(state === undefined ? {} : { state }),
    ...(origin === undefined ? {} : { origin }),
    ...(level === 'all' ? {} : { level }),
    order: sort,
  }
}

/**
 * Returns whether Enter can act on the focused rule. A rule that has left the list does not open; the open one can be
 * entered.
 */
export function canOpen(
  focused: string | null,
  openId: string | undefined,
  rules: readonly { readonly id: string }[],
): boolean {
  return focused !== null && (focused === openId || rules.some(({ id }) => id === focused))
}
