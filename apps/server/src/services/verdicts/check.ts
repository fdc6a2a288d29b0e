import type { Call, ErrorCode, LogId, Principal, Surface, VerdictOut, VerdictPolicyIn } from '@sentinelmesh/api'
import { allows, DomainError, LIMITS } from '@sentinelmesh/api/constants'
import type { HeldCall } from '@sentinelmesh/db'
import { accept, onlyAccepted, type Outcome, type Reporter } from '../../ingest/accept.ts'
import { acceptMapped } from '../../ingest/accept-mapped.ts'
import type { OrgHeldCalls } from '../../ingest/held-calls.ts'
import type { Deciding } from '../../ingest/judge-parsed.ts'
import type { MappedEntry } from '@sentinelmesh/telemetry'
import type { EntrySource } from '../../ingest/parse-entry.ts'
import { listedMatches } from '../../ingest/listed-matches.ts'
import type { OpenDecider } from '../../ingest/ingest.ts'
import type { Deps, Verb } from '../verb.ts'
import {
  answerOf,
  heldAs,
  isHeld,
  judgedBy,
  unaskedAs,
  unjudged,
  unstored,
  type Answer,
  type Asked,
  type Known,
} from './known.ts'
import { deadline, TIMED_OUT, withDeadline } from '@sentinelmesh/flow/deadline'
import { matchedWords } from './matched-words.ts'
import { reasonOf } from './reason.ts'

type Unasked = VerdictPolicyIn['unasked']

export type VerdictDeps = Deps<'ingest' | 'verdicts'>

/** The source of a request for a verdict. */
export interface Asking extends Pick<Call, 'remoteAddress' | 'holdWhile'> {
  readonly surface: Surface
  /** Says what `ask` becomes for this caller. If it is absent, the caller asks a person or decides for itself. */
  readonly askBecomes?: 'policy' | 'allow' | 'block'
}

export const check: Verb<'verdicts.check', 'ingest' | 'verdicts'> = (
  deps,
  { principal, remoteAddress, holdWhile },
  value,
) => checkEntry(deps, principal, { value, text: null }, { surface: 'trpc', remoteAddress, holdWhile })

/** Like `checkMapped`, for an entry in the format of the API. Also throws `invalid_input` and `too_large`. */
export function checkEntry(
  deps: VerdictDeps,
  principal: Principal | null,
  source: EntrySource,
  asking: Asking,
): Promise<VerdictOut> {
  return answer(deps, principal, asking, (reporter, openDecider) =>
    accept(deps.ingest, reporter, [source], { lenient: false, openDecider }),
  )
}

/**
 * Judges an entry before it takes effect, stores it with its verdict, and returns the verdict once it is stored. An
 * entry that was stored before is judged again, and the reply has its first id. If the entry cannot be judged within
 * the policy's budget, or cannot be stored, the policy decides. The reply takes at most the budget plus
 * `LIMITS.verdictStoreMs`. Throws `unauthenticated`, `forbidden`, `invalid_input` for an impossible timestamp, and
 * `store_failed` if the policy cannot be read.
 */
export function checkMapped(
  deps: VerdictDeps,
  principal: Principal | null,
  entry: MappedEntry,
  asking: Asking,
): Promise<VerdictOut> {
  return answer(deps, principal, asking, (reporter, openDecider) =>
    acceptMapped(deps.ingest, reporter, [entry], openDecider),
  )
}

interface AskedOf extends Asked {
  readonly held: OrgHeldCalls
}

async function answer(
  { ingest, verdicts }: VerdictDeps,
  principal: Principal | null,
  { surface, remoteAddress, holdWhile, askBecomes }: Asking,
  take: (reporter: Reporter, openDecider: OpenDecider) => Promise<readonly Outcome[]>,
): Promise<VerdictOut> {
  const began = performance.now()
  using limit = deadline()
  let asked: AskedOf | undefined
  let known: Known | undefined
  let given: Answer | undefined
  let allowance: HeldCall | undefined

  const openDecider: OpenDecider = async (org, [told]) => {
    if (told === undefined) throw new Error('nothing is asked about')
    const [{ rules: policy }, pauses, held] = await Promise.all([
      verdicts.policies.of(org),
      verdicts.pauses.of(org),
      ingest.heldCalls.of(org),
    ])
    const by: AskedOf = { policy, kind: told.kind, isPaused: pauses.includes([told.sender, told.receiver]), held }
    asked = by
    const leftMs = Math.max(0, policy.budgetMs - (performance.now() - began))
    const latest = performance.now() + leftMs + LIMITS.verdictStoreMs
    limit.set(leftMs + LIMITS.verdictStoreMs)
    const rules = await withDeadline(ingest.ruleSets.of(org), leftMs).catch((): typeof TIMED_OUT => TIMED_OUT)
    return {
      rules: rules === TIMED_OUT ? null : rules,
      decide(judged, isJudged) {
        // Judging took too long, and the reply has been sent. The stored verdict must be the one that was returned.
        if (given?.unjudged === true) return given
        limit.set(Math.min(LIMITS.verdictStoreMs, latest - performance.now()))
        known = isJudged ? judgedBy(by, judged) : unjudged(by, judged)
        if (isHeld(known)) allowance ??= held.useAllowance(judged.digest())
        if (allowance === undefined) return answerOf(known)
        known = { ...known, relief: 'allowed_once' }
        const marks = { 'call.entry': allowance.entry, 'call.allowed_by': allowance.allowedBy ?? '' }
        return { ...answerOf(known), marks }
      },
    }
  }
  /** Stores, before the reply, whether the call was held, and that it used what a person allowed. */
  async function keep({ held, policy }: AskedOf, decided: Known, id: LogId): Promise<void> {
    const { judged } = decided
    if (judged?.kind !== 'tool_call') return
    if (allowance !== undefined) await held.used(allowance, id)
    const verdict = heldAs(decided, askBecomes === 'policy' ? unaskedAs(policy) : askBecomes)
    const callKey = judged.callKey()
    if (verdict === null) await held.release(callKey)
    else await held.hold({ entry: id, digest: judged.digest(), callKey, verdict, surface })
  }

  const reporter: Reporter = { principal, action: 'verdicts.check', surface, remoteAddress }
  const taken = take(reporter, openDecider).then(async (outcomes) => {
    const [outcome] = outcomes
    if (asked !== undefined && known !== undefined && outcome !== undefined && 'accepted' in outcome)
      await keep(asked, known, outcome.accepted.id)
    return outcomes
  })
  holdWhile(taken)
  const outcomes = await limit.race(taken).catch((error: unknown): typeof TIMED_OUT => {
    // Without a policy there is no verdict to return.
    if (asked === undefined || !isStoreTrouble(error)) throw error
    return TIMED_OUT
  })
  // Null if the entry is not stored, or not yet.
  const logId = outcomes === TIMED_OUT ? null : onlyAccepted(outcomes).id
  if (asked === undefined) throw new Error('an entry was taken in without its policy')
  const final = known ?? unjudged(asked, null)
  const answered = logId === null ? unstored(asked, final) : final
  given = answerOf(answered)
  verdicts.answered(surface, given.verdict, answered.instead ?? (logId === null ? 'not_stored' : 'judged'))
  return toOut(given, answered, {
    unasked: asked.policy.unasked,
    logId,
    mayRead: principal !== null && allows(principal, 'logs.read'),
  })
}

function toOut(
  { verdict, would, unjudged }: Answer,
  known: Known,
  { unasked, logId, mayRead }: { readonly unasked: Unasked; readonly logId: LogId | null; readonly mayRead: boolean },
): VerdictOut {
  const risk = known.judged?.risk ?? 0
  return {
    verdict,
    ...(would === null ? {} : { would }),
    ...(verdict === 'ask' ? { unasked } : {}),
    log_id: logId,
    risk,
    reason: reasonOf({ ...known, kind: known.judged?.kind ?? 'message', words: wordsOf(known), risk, logId }),
    ...(unjudged ? { unjudged: true as const } : {}),
    ...(mayRead ? summaries(known.judged) : {}),
  }
}

/** The reader of a reason has written a call or a prompt itself. A result could put words in our mouth. */
function wordsOf({ judged, rule }: Known): string | null {
  const isOwn = judged?.kind === 'tool_call' || judged?.kind === 'prompt'
  return isOwn && rule !== null ? matchedWords(judged.payload, rule.places) : null
}

const STORE_TROUBLE: ReadonlySet<ErrorCode> = new Set(['store_busy', 'store_failed', 'shutting_down'])

function isStoreTrouble(error: unknown): boolean {
  return error instanceof DomainError && STORE_TROUBLE.has(error.code)
}

function summaries(judged: Deciding | null): Pick<VerdictOut, 'matches' | 'matches_left_out'> {
  const { listed, leftOut } = listedMatches(judged?.matches ?? [])
  return {
    matches: listed.map(({ ruleId, title, level }) => ({ rule_id: ruleId, title, level })),
    ...(leftOut > 0 ? { matches_left_out: leftOut } : {}),
  }
}
