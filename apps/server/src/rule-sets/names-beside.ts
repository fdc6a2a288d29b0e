import { mayRefer, type RuleName } from '../rule-jobs/stand-ins.ts'
import type { OrgRules } from './org-rules.ts'

/** The org's rules that these texts can refer to. Empty if they refer to none. */
export function namesBeside({ rules }: OrgRules, texts: readonly string[]): RuleName[] {
  if (!texts.some(mayRefer)) return []
  return [...rules.values()].map(({ id, document }) => ({ id, name: document?.name ?? null }))
}
