import type { McpVerdict } from '@sentinelmesh/api'
import { TIMED_OUT, withDeadline } from '@sentinelmesh/flow/deadline'
import type { McpEntry, McpServer } from '../conversation/entry-factory.ts'
import type { Definition, Observation } from '../conversation/observation.ts'
import { LIMITS } from '../limits.ts'
import { batches, sized } from './batches.ts'
import { knownDefinitions } from './known-definitions.ts'
import { outbox as makeOutbox } from './outbox.ts'
import { Refused, serverLink } from './server-link.ts'
import type { Spool } from './spool.ts'
import { wireEntries, type Unjudged } from './wire-entries.ts'

/** What to do without a verdict: let the message through, block it, or judge it here by the built-in rules. */
export type Fail = 'open' | 'closed' | 'rules'

export interface Decision {
  readonly isRefused: boolean
  /** For the side that reads the refusal, or the warning. */
  readonly sentence: string
  /** The message is forwarded, and its reader is to be warned. */
  readonly isFlagged: boolean
}

/** Gets verdicts from the SentinelMesh server and reports entries to it. No method rejects, and every wait has a bound. */
export interface Gate {
  /** Stores the entries and returns the strictest verdict on them, or the fallback after `budgetMs`. */
  judge(entries: readonly McpEntry[], signal?: AbortSignal): Promise<Decision>
  /** Stores the entries soon, without waiting. */
  report(entries: readonly McpEntry[]): void
  /** Stores the entries soon, marked as unjudged. */
  reportUnjudged(entries: readonly McpEntry[], unjudged: Unjudged): void
  /** Returns whether an unreadable message is forwarded. */
  passesUnreadable(): boolean
  /** Reports definitions that a server lists. `listed` has the names of all of them on the last page. */
  reportDefinitions(definitions: readonly Definition[], listed: Observation['listed']): void
  /** Which of these reported definitions are blocked, with the reason. Waits for the verdicts, up to `LIMITS.definitionsMs`. */
  blockedDefinitions(definitions: readonly Definition[]): Promise<ReadonlyMap<Definition, string>>
  /** Returns whether verdicts are enforced, by the server's last answer. True until the first answer. */
  isEnforcing(): boolean
  /** Back-pressure: resolves when more entries can be reported, or after `budgetMs`. */
  waitForCapacity(): Promise<void>
  /** Sends what is left, for up to `LIMITS.flushMs`. */
  close(): Promise<void>
}

export interface GateOptions {
  readonly server: McpServer
  readonly url: string
  readonly apiKey: string
  readonly fail: Fail
  /** What to do if the policy asks for a person's approval, which the proxy cannot request. */
  readonly onAsk: 'policy' | 'block' | 'pass'
  readonly budgetMs: number
  /** Judges an entry by the built-in rules, for `rules`. */
  readonly judgeHere: (entry: McpEntry) => Promise<{ readonly isRefused: boolean; readonly reason: string }>
  /** Builds a system entry of this proxy. */
  readonly note: (context: string, facts: Readonly<Record<string, string | number>>) => McpEntry
  /** Keeps what cannot be sent before the end. */
  readonly spool: Spool | null
  /** Prints a sentence for the person who started the proxy. */
  readonly warn: (sentence: string) => void
  /** Milliseconds. */
  readonly now: () => number
}

/** From the mildest to the strictest. */
const VERDICTS = ['allow', 'flag', 'ask', 'block'] as const
const SERVER_AWAY = 'the SentinelMesh server does not answer'
const PASS: Decision = { isRefused: false, sentence: '', isFlagged: false }
const REFUSED: Decision = { isRefused: true, sentence: '', isFlagged: false }

/** Entries that were sent for a verdict, and have none yet. */
interface InFlight {
  readonly entries: readonly McpEntry[]
  decision: Decision
  /** Never rejects. */
  done: Promise<unknown>
}

export function gate(options: GateOptions): Gate {
  const { server, url, apiKey, fail, onAsk, budgetMs, judgeHere, note, spool, warn, now } = options
  const link = serverLink({ url, apiKey, whileAway: WHILE_AWAY[fail], warn, now })
  const known = knownDefinitions()
  const inFlight = new Set<InFlight>()
  let definitionsAnswered: Promise<void> = Promise.resolve()
  const outbox = makeOutbox({
    server,
    link,
    spool,
    onDefinitions: known.learn,
    lostNote: (count) => wireEntries(note('entries_lost', { count }), known),
    warn,
    now,
  })

  const report = (entries: readonly McpEntry[], unjudged?: Unjudged) =>
    outbox.add(entries.flatMap((entry) => wireEntries(entry, known, unjudged)))

  async function judge(entries: readonly McpEntry[], signal?: AbortSignal): Promise<Decision> {
    const deadline = now() + budgetMs
    // The definition that a call uses may just have been listed. The call itself keeps half of the budget.
    if (entries.some(({ rests }) => rests !== undefined))
      await withDeadline(definitionsAnswered, budgetMs / 2, signal, link.goneAway())
    if (link.isAway()) return withoutServer(entries)
    const blocked = outbox.isEnforcing() ? known.blockedReasonOfCall(entries, { changes: false }) : null
    if (blocked !== null) {
      report(entries, 'refused')
      return refused(blocked)
    }
    const verdicts = outbox.judge(
      entries.flatMap((entry) => wireEntries(entry, known)),
      true,
    )
    const request: InFlight = { entries, decision: REFUSED, done: verdicts.catch(() => {}) }
    inFlight.add(request)
    const answer = await withDeadline(verdicts, Math.max(0, deadline - now()), signal).catch((error: unknown) =>
      error instanceof Error ? error : new Error(String(error)),
    )
    if (answer === TIMED_OUT) return withoutVerdict(verdicts, request, signal)
    inFlight.delete(request)
    return answer instanceof Error ? withoutServer(entries, answer) : decisionOf(answer)
  }

  function decisionOf(verdicts: readonly McpVerdict[]): Decision {
    const strictest = verdicts.toSorted((a, b) => VERDICTS.indexOf(b.verdict) - VERDICTS.indexOf(a.verdict))[0]
    if (strictest === undefined) return PASS
    const { verdict, reason, log_id: logId } = strictest
    if (verdict === 'allow') return PASS
    if (verdict === 'block' || (verdict === 'ask' && isUnaskedRefused(strictest)))
      return { isRefused: true, sentence: blockedSentence(reason ?? 'its policy', logId), isFlagged: false }
    return { isRefused: false, sentence: `SentinelMesh: ${reason ?? 'Flagged.'}`, isFlagged: true }
  }

  function isUnaskedRefused({ unasked }: McpVerdict): boolean {
    return onAsk === 'policy' ? unasked !== 'warn' : onAsk === 'block'
  }

  /** The server will store the entries with a late verdict, so the decision is reported in an entry beside them. */
  async function withoutVerdict(
    verdicts: Promise<readonly McpVerdict[]>,
    request: InFlight,
    signal: AbortSignal | undefined,
  ): Promise<Decision> {
    const { entries } = request
    const decision = signal?.aborted ? REFUSED : await fallback(entries, `no verdict came within ${budgetMs} ms`)
    request.decision = decision
    const reported = verdicts.then(
      (late) => report([lateNote(entries, late, decision)]),
      (error: unknown) => reportLater(entries, decision, error),
    )
    request.done = reported.finally(() => inFlight.delete(request))
    return decision
  }

  function lateNote(entries: readonly McpEntry[], verdicts: readonly McpVerdict[], decision: Decision): McpEntry {
    const late = note('late_verdict', {
      call_id: String(entries[0]?.attributes['tool.call_id'] ?? ''),
      became: unjudgedBy(decision),
      verdict: verdicts.map(({ verdict }) => verdict).join(),
      log_id: verdicts.map(({ log_id: id }) => id ?? '').join(),
    })
    return { ...late, session: entries[0]?.session ?? late.session }
  }

  async function withoutServer(entries: readonly McpEntry[], error?: Error): Promise<Decision> {
    const decision = await fallback(entries, SERVER_AWAY)
    reportLater(entries, decision, error)
    return decision
  }

  function reportLater(entries: readonly McpEntry[], decision: Decision, error: unknown): void {
    if (error instanceof Refused) outbox.lose(entries.length)
    else report(entries, unjudgedBy(decision))
  }

  async function fallback(entries: readonly McpEntry[], why: string): Promise<Decision> {
    const blocked = known.blockedReasonOfCall(entries, { changes: true })
    if (blocked !== null) return refused(blocked)
    if (fail === 'open') return PASS
    if (fail === 'closed') return refused(`${why}, and this proxy lets nothing through then`)
    for (const entry of entries) {
      const { isRefused, reason } = await judgeHere(entry)
      if (isRefused) return refused(`${reason}; ${why}, so it was judged by the built-in rules`)
    }
    return PASS
  }

  function reportDefinitions(definitions: readonly Definition[], listed: Observation['listed']): void {
    const pinnable = definitions.flatMap(({ kind, name, entry }) => {
      const parts = wireEntries(entry, known)
      const [wire] = parts
      if (wire !== undefined && parts.length === 1) return [{ kind, name, entry: wire, bytes: sized(wire).bytes }]
      // Too long to be pinned. It is judged in parts like any other text.
      outbox.add([...parts, ...wireEntries(note('definition_too_long', { name, kind }), known)])
      return []
    })
    const pages = batches(pinnable)
    // If the names do not fit into one request, the definitions are pinned and removals are not detected.
    const fits = listed !== null && Buffer.byteLength(JSON.stringify(listed.names)) <= LIMITS.batchBytes
    const sent = (pages.length === 0 ? [[]] : pages).map((page, n, all) =>
      outbox.define({
        definitions: page.map(({ kind, name, entry }) => ({ kind, name, entry })),
        listed: n === all.length - 1 && fits ? { kind: listed.kind, names: [...listed.names] } : null,
      }),
    )
    definitionsAnswered = Promise.all([definitionsAnswered, ...sent]).then(() => undefined)
  }

  async function blockedDefinitions(definitions: readonly Definition[]): Promise<ReadonlyMap<Definition, string>> {
    await withDeadline(definitionsAnswered, LIMITS.definitionsMs, link.goneAway())
    return new Map(
      definitions.flatMap((definition) => {
        const reason = known.blockedReason(definition)
        return reason === null ? [] : [[definition, blockedSentence(reason, null)] as const]
      }),
    )
  }

  async function close(): Promise<void> {
    const deadline = now() + LIMITS.flushMs
    await withDeadline(Promise.all([...inFlight].map(({ done }) => done)), LIMITS.flushMs, link.goneAway())
    for (const { entries, decision } of inFlight) reportLater(entries, decision, undefined)
    await outbox.close(deadline)
  }

  return {
    judge,
    report: (entries) => report(entries),
    reportUnjudged: report,
    passesUnreadable: () => fail !== 'closed' || !outbox.isEnforcing(),
    reportDefinitions,
    blockedDefinitions,
    isEnforcing: outbox.isEnforcing,
    waitForCapacity: () => outbox.waitForCapacity(budgetMs),
    close,
  }
}

const WHILE_AWAY: Readonly<Record<Fail, string>> = {
  open: 'calls go through unjudged and are reported later',
  closed: 'calls are refused',
  rules: 'calls are judged by the built-in rules',
}

function unjudgedBy({ isRefused }: Decision): Unjudged {
  return isRefused ? 'refused' : 'passed'
}

function refused(reason: string): Decision {
  return { ...REFUSED, sentence: blockedSentence(reason, null) }
}

function blockedSentence(reason: string, logId: string | null): string {
  const entry = logId === null || reason.includes(logId) ? '' : ` (entry ${logId})`
  return `Blocked by SentinelMesh: ${reason.replace(/^Blocked: /, '')}${entry}`
}
