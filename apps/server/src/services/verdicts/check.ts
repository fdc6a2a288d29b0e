import type { ErrorCode, LogId, Principal, Services, Surface, VerdictOut } from '@sentinelmesh/api'
import { allows, DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { accept, type Outcome, type Reporter } from '../../ingest/accept.ts'
import { acceptMapped } from '../../ingest/accept-mapped.ts'
import type { MappedEntry } from '../../ingest/mappers/mapped-entry.ts'
import { refusalOf, type EntrySource } from '../../ingest/parse-entry.ts'
import type { Decidable, Inline } from '../../ingest/take-in.ts'
import type { ServiceDeps, Verb } from '../verb.ts'
import { verdictRules, type Decision, type VerdictRules } from './decide.ts'
import { DEFAULT_POLICY } from './default-policy.ts'
import { inTime, LATE, patience } from './patience.ts'
import { reasonOf, type Instead } from './reason.ts'

export type VerdictDeps = Pick<ServiceDeps, 'ingest' | 'verdicts'>

/** The way by which somebody asks. */
export interface Asking {
  readonly surface: Surface
  readonly remoteAddress: string | null
}

export const check: Verb<Services['verdicts']['check']> = (deps, principal, value, { remoteAddress }) =>
  checkEntry(deps, principal, { value, text: null }, { surface: 'trpc', remoteAddress })

/** As `checkMapped`, of an entry as a reporter sends it. Throws `invalid_input` and `too_large` too. */
export function checkEntry(
  deps: VerdictDeps,
  principal: Principal | null,
  source: EntrySource,
  asking: Asking,
): Promise<VerdictOut> {
  return answer(deps, principal, asking, (reporter, inline) =>
    accept(deps.ingest, reporter, [source], { lenient: false, inline }),
  )
}

/**
 * Judges an entry before it takes effect, stores it with its verdict, and answers when it is stored. An entry that was
 * stored before is judged afresh, and answered with its first id. What cannot be judged within the policy's budget, or not
 * be stored, is answered as the policy says of that: never later than the budget and `LIMITS.verdictStoreMs`. Throws
 * `unauthenticated`, `forbidden`; `invalid_input` for an instant that cannot be.
 */
export function checkMapped(
  deps: VerdictDeps,
  principal: Principal | null,
  entry: MappedEntry,
  asking: Asking,
): Promise<VerdictOut> {
  return answer(deps, principal, asking, (reporter, inline) => acceptMapped(deps.ingest, reporter, [entry], { inline }))
}

interface Decided extends Decision {
  /** Null: nobody came to look at it. */
  readonly judged: Decidable | null
  readonly instead: Instead
}

async function answer(
  { ingest, verdicts }: VerdictDeps,
  principal: Principal | null,
  { surface, remoteAddress }: Asking,
  take: (reporter: Reporter, inline: Inline) => Promise<readonly Outcome[]>,
): Promise<VerdictOut> {
  const began = performance.now()
  using waiting = patience(LIMITS.verdictStoreMs)
  let policy = verdictRules(DEFAULT_POLICY)
  let decided: Decided | undefined

  const inline: Inline = async (org) => {
    ;({ rules: policy } = await verdicts.policies.of(org))
    const leftMs = policy.budgetMs - (performance.now() - began)
    waiting.until(Math.max(0, leftMs) + LIMITS.verdictStoreMs)
    const rules = await inTime(ingest.ruleSets.of(org), leftMs).catch((): typeof LATE => LATE)
    return {
      rules: rules === LATE ? null : rules,
      decide(judged) {
        waiting.until(LIMITS.verdictStoreMs)
        decided = rules === LATE ? unjudged(policy, judged) : { ...policy.decide(judged), judged, instead: null }
        return policy.isDryRun
          ? { verdict: 'allow', would: decided.verdict }
          : { verdict: decided.verdict, would: null }
      },
    }
  }
  const reporter: Reporter = { principal, action: 'verdicts.check', surface, remoteAddress }
  const logId = await storedId(take(reporter, inline), waiting.over)
  const known = decided ?? unjudged(policy, null)
  const final = logId === null ? unstored(policy, known) : known

  const { isDryRun } = policy
  const verdict = isDryRun ? 'allow' : final.verdict
  verdicts.answered(surface, verdict, known.instead ?? (logId === null ? 'not_stored' : 'judged'))
  const risk = final.judged?.risk ?? 0
  return {
    verdict,
    ...(isDryRun ? { would: final.verdict } : {}),
    log_id: logId,
    risk,
    reason: reasonOf({ ...final, isDryRun, risk, logId }),
    ...(known.instead === 'unjudged' ? { unjudged: true as const } : {}),
    ...(principal !== null && allows(principal, 'logs.read') ? { matches: summaries(final.judged) } : {}),
  }
}

function unjudged(policy: VerdictRules, judged: Decidable | null): Decided {
  const verdict = policy.isOpen(judged?.kind ?? null) ? 'allow' : 'block'
  return { verdict, rule: null, others: 0, judged, instead: 'unjudged' }
}

/** What is known of it counts still; where the policy is closed, that is not enough. */
function unstored(policy: VerdictRules, known: Decided): Decided {
  if (known.verdict === 'block' || policy.isOpen(known.judged?.kind ?? null)) return known
  return { ...known, verdict: 'block', rule: null, others: 0, instead: 'not_stored' }
}

/** Null: not stored, or not yet. Throws what is the caller's fault. */
async function storedId(taken: Promise<readonly Outcome[]>, over: Promise<typeof LATE>): Promise<LogId | null> {
  const outcomes = await Promise.race([taken, over]).catch((error: unknown): typeof LATE => {
    if (error instanceof DomainError && STORE_TROUBLE.has(error.code)) return LATE
    throw error
  })
  if (outcomes === LATE) return null
  const [outcome] = outcomes
  if (outcome === undefined) throw new Error('one entry has one outcome')
  if ('refused' in outcome) throw refusalOf(outcome.refused)
  return outcome.accepted.id
}

const STORE_TROUBLE: ReadonlySet<ErrorCode> = new Set(['store_busy', 'store_failed', 'shutting_down'])

function summaries(judged: Decidable | null): VerdictOut['matches'] {
  const counted = judged?.matches.filter(({ filteredBy }) => filteredBy === null) ?? []
  return counted.map(({ ruleId, title, level }) => ({ rule_id: ruleId, title, level }))
}
