import type { LogId, Verdict } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import type { Kind } from '@sentinelmesh/rules'
import type { Decision, Relief } from './decide.ts'

export interface Answered extends Omit<Decision, 'undecided'> {
  readonly kind: Kind
  /** The words of the entry that made the rule match. Null if there are none, or the reader must not see them. */
  readonly words: string | null
  /** Why the decision is not enforced. Null if it is. */
  readonly relief: Relief | null
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
const RELIEVED: Readonly<Record<Relief, string>> = {
  dry_run: 'Allowed in dry run',
  paused: 'Allowed while enforcement is paused for this agent',
  allowed_once: 'Allowed once by a person',
}
const WOULD: Readonly<Record<Exclude<Verdict, 'allow'>, string>> = {
  flag: 'enforcing would flag it',
  ask: 'enforcing would ask a person',
  block: 'enforcing would block it',
}

/**
 * Explains the verdict in a sentence for the agent and its user, and what they can do. Of the entry it contains only
 * `words`, quoted and short, so that the author of a payload cannot put words in our mouth.
 */
export function reasonOf(answered: Answered): string {
  const { verdict, relief, logId } = answered
  const what = relief === null ? DONE[verdict] : relieved(relief, verdict)
  const advice = relief === null ? adviceOn(answered) : ''
  return `${what}: ${because(answered)}.${advice}${logId === null ? '' : ` Log entry ${logId}.`}`
}

function relieved(relief: Relief, verdict: Verdict): string {
  if (verdict !== 'allow') return `${RELIEVED[relief]}; ${WOULD[verdict]}`
  return DONE.allow
}

function because({ verdict, rule, words, others, risk, instead }: Answered): string {
  if (instead === 'unjudged') return 'there was no time to judge it, and the verdict policy decides so'
  if (instead === 'undecided')
    return 'a rule was stopped because it needed too much work on it, and the verdict policy decides so'
  if (instead === 'not_stored') return 'it could not be stored, and the verdict policy decides so'
  if (verdict === 'allow') return `its risk is ${risk}, and nothing in the verdict policy speaks against it`
  if (rule === null) return `its risk is ${risk}, by what the agent itself reports`
  const matched = words === null ? '' : `, which matched “${shown(quoted(words), LIMITS.verdictWordsChars)}”`
  const more = others === 0 ? '' : `${matched === '' ? '' : ','} and ${others} more ${others === 1 ? 'rule' : 'rules'}`
  const named = `${shown(rule.ruleId, LIMITS.verdictTitleChars)} (${shown(rule.title, LIMITS.verdictTitleChars)})`
  return `its risk is ${risk}, by rule ${named}${matched}${more}`
}

/** Tells the reader what to do about it. An agent can never allow its own call. */
function adviceOn({ verdict, kind, logId, instead }: Answered): string {
  if (verdict !== 'ask' && verdict !== 'block') return ''
  if (instead === 'unjudged' || instead === 'not_stored') return ' Try again in a moment.'
  if (kind === 'tool_call' && logId !== null)
    return ' Do not try it in another way. A person can open the log entry in SentinelMesh to allow this call once, or to suppress the rule.'
  if (kind === 'tool_result') return ' Continue without it. A person can read it in SentinelMesh, or suppress the rule.'
  return ' A person can suppress the rule in SentinelMesh.'
}

/** Our own quotation marks must be the only ones. */
function quoted(words: string): string {
  return words.replaceAll(/[“”]/g, '"')
}

/** Makes a text safe to show: removes control characters and limits its length. */
function shown(text: string, chars: number): string {
  const plain = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim()
  return plain.length <= chars ? plain : `${plain.slice(0, chars).replace(/[\uD800-\uDBFF]$/, '')}…`
}
