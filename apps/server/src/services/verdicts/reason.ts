import type { LogId, Verdict } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import type { Decision } from './decide.ts'

export interface Answered extends Omit<Decision, 'undecided'> {
  readonly isDryRun: boolean
  readonly risk: number
  /** Null if the entry is not stored, or not yet. */
  readonly logId: LogId | null
  /** Why the policy's fallback decided. Null if the risk or a rule did. */
  readonly instead: Instead
}

export type Instead = 'unjudged' | 'undecided' | 'not_stored' | null

const DONE: Readonly<Record<Verdict, string>> = {
  allow: 'Allowed',
  flag: 'Flagged',
  // The client adds what happens if nobody can be asked.
  ask: 'A person has to decide',
  block: 'Blocked',
}
const WOULD: Readonly<Record<Verdict, string>> = {
  allow: 'Allowed',
  flag: 'Allowed in dry run; enforcing would flag it',
  ask: 'Allowed in dry run; enforcing would ask a person',
  block: 'Allowed in dry run; enforcing would block it',
}

/**
 * Explains the verdict in a sentence for the agent. It contains nothing from the entry, so that the author of a payload
 * cannot put words in our mouth.
 */
export function reasonOf({ verdict, rule, others, isDryRun, risk, logId, instead }: Answered): string {
  const what = (isDryRun ? WOULD : DONE)[verdict]
  return `${what}: ${because({ verdict, rule, others, risk, instead })}.${logId === null ? '' : ` Log entry ${logId}.`}`
}

function because({ verdict, rule, others, risk, instead }: Omit<Answered, 'isDryRun' | 'logId'>): string {
  if (instead === 'unjudged') return 'there was no time to judge it, and the verdict policy decides so'
  if (instead === 'undecided')
    return 'a rule was stopped because it needed too much work on it, and the verdict policy decides so'
  if (instead === 'not_stored') return 'it could not be stored, and the verdict policy decides so'
  if (verdict === 'allow') return `its risk is ${risk}, and nothing in the verdict policy speaks against it`
  if (rule === null) return `its risk is ${risk}, by what the agent itself reports`
  const more = others === 0 ? '' : ` and ${others} more ${others === 1 ? 'rule' : 'rules'}`
  return `its risk is ${risk}, by rule ${shown(rule.ruleId)} (${shown(rule.title)})${more}`
}

/** Makes a rule author's text safe to show: removes control characters and limits its length. */
function shown(text: string): string {
  const plain = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim()
  return plain.length <= LIMITS.verdictTitleChars
    ? plain
    : `${plain.slice(0, LIMITS.verdictTitleChars).replace(/[\uD800-\uDBFF]$/, '')}…`
}
