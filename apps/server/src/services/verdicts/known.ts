import type { Verdict } from '@sentinelmesh/api'
import type { HeldCall } from '@sentinelmesh/db'
import type { Kind } from '@sentinelmesh/rules'
import type { Deciding } from '../../ingest/judge-parsed.ts'
import { answerFor, type Decision, type Relief, type VerdictRules } from './decide.ts'
import type { Instead } from './reason.ts'

/** What is known of a request before its entry is judged. */
export interface Asked {
  readonly policy: VerdictRules
  readonly kind: Kind
  readonly isPaused: boolean
}

/** The decision about an entry and what it is based on. */
export interface Known extends Decision {
  /** Null if the entry was not processed at all. */
  readonly judged: Deciding | null
  readonly instead: Instead
  /** Why the decision is not enforced. Null if it is. */
  readonly relief: Relief | null
}

/** The verdict that is returned and stored with the entry. */
export interface Answer {
  readonly verdict: Verdict
  readonly would: Verdict | null
  readonly unjudged: boolean
}

export function answerOf({ verdict, instead, relief }: Known): Answer {
  return { ...answerFor(verdict, relief), unjudged: instead === 'unjudged' || instead === 'undecided' }
}

export function judgedBy(asked: Asked, judged: Deciding): Known {
  const decision = asked.policy.decide(judged)
  return { ...decision, judged, instead: decision.undecided ? 'undecided' : null, relief: reliefOf(asked) }
}

export function unjudged(asked: Asked, judged: Deciding | null): Known {
  const verdict = asked.policy.isOpen(asked.kind) ? 'allow' : 'block'
  const relief = reliefOf(asked)
  return { verdict, rule: null, others: 0, undecided: false, judged, instead: 'unjudged', relief }
}

/** An entry that is not stored keeps its verdict, unless the policy is closed for its kind. */
export function unstored({ policy, kind }: Asked, known: Known): Known {
  if (known.verdict === 'block' || policy.isOpen(kind)) return known
  const relief = known.relief === 'allowed_once' ? null : known.relief
  return { ...known, verdict: 'block', rule: null, others: 0, instead: 'not_stored', relief }
}

function reliefOf({ policy, isPaused }: Asked): Relief | null {
  if (policy.isDryRun) return 'dry_run'
  return isPaused ? 'paused' : null
}

/** Returns true for a call that does not run for now, and that a person can allow. */
export function isHeld({ verdict, judged, relief }: Known): boolean {
  return judged?.kind === 'tool_call' && relief === null && (verdict === 'ask' || verdict === 'block')
}

/**
 * The verdict under which a call is held; null if it runs. `askBecomes`: what the caller does about `ask`. Undefined if
 * it asks a person, or decides for itself.
 */
export function heldAs(known: Known, askBecomes: 'allow' | 'block' | undefined): HeldCall['verdict'] | null {
  if (!isHeld(known)) return null
  if (known.verdict !== 'ask') return 'block'
  if (askBecomes === 'allow') return null
  return askBecomes ?? 'ask'
}

/** What `ask` becomes where nobody can be asked. */
export const unaskedAs = ({ unasked }: VerdictRules): 'allow' | 'block' => (unasked === 'warn' ? 'allow' : 'block')
