import type { McpDefinitionsOut, McpEntryIn, McpVerdict } from '@sentinelmesh/api'
import { LIMITS } from './limits.ts'
import { link as linkTo, Refused } from './link.ts'
import { partsOf } from './payloads.ts'
import { batches, reports as reportsTo } from './reports.ts'
import type { Definition, Said } from './said.ts'
import type { Spool } from './spool.ts'
import type { DefinitionKind, McpEntry, McpServer } from './teller.ts'
import { LATE, within } from './within.ts'

/** What to do where no verdict comes in time: let it through, refuse it, or judge it here by the built-in rules. */
export type Fail = 'open' | 'closed' | 'rules'

export interface Asked {
  readonly isRefused: boolean
  /** For whoever hears that it was refused; holds no text of what was refused. */
  readonly sentence: string
}

/** The proxy's way to the SentinelMesh server. Nothing here rejects, and what waits waits for its budget at most. */
export interface Gate {
  /** The strictest verdict about these entries, which are stored too. */
  ask(entries: readonly McpEntry[], signal?: AbortSignal): Promise<Asked>
  /** Stored soon; nobody waits. */
  tell(entries: readonly McpEntry[]): void
  /** Stored soon, as something that nobody could judge and that passed, or did not. */
  tellUnjudged(entries: readonly McpEntry[], passed: boolean): void
  /** Whether what cannot be read goes on. */
  passesUnread(): boolean
  /** Definitions as a server lists them now, and, of a last page, what it has of that kind. */
  define(definitions: readonly Definition[], listed: Said['listed']): void
  /** Which of them, defined before, the client is not to see, and why; without a verdict after a while: none. */
  refused(definitions: readonly Definition[]): Promise<ReadonlyMap<Definition, string>>
  /** By the server's last answer; true until there is one. */
  isEnforcing(): boolean
  /** Resolves when there is room to tell more, or after the budget. */
  room(): Promise<void>
  /** Sends what is left, for a while. */
  close(): Promise<void>
}

export interface GateOptions {
  readonly server: McpServer
  readonly url: string
  readonly apiKey: string
  readonly fail: Fail
  /** An `ask` in the policy means that a person is to say yes, and here nobody can be asked. */
  readonly onAsk: 'block' | 'pass'
  readonly budgetMs: number
  /** Judges an entry by the rules that this program has; for `rules`. */
  readonly judgeHere: (entry: McpEntry) => Promise<{ readonly isRefused: boolean; readonly reason: string }>
  /** A system entry of this proxy. */
  readonly note: (context: string, about: Readonly<Record<string, string | number>>) => McpEntry
  /** Keeps what cannot be sent before the end. */
  readonly spool: Spool | null
  /** A sentence for whoever started the proxy. */
  readonly say: (sentence: string) => void
  /** Milliseconds. */
  readonly now: () => number
}

const VERDICTS = ['allow', 'flag', 'ask', 'block'] as const
const AWAY = 'the SentinelMesh server does not answer'
const PASSES: Asked = { isRefused: false, sentence: '' }
const REFUSED: Asked = { isRefused: true, sentence: '' }

interface Known {
  readonly hash: string
  readonly refusal: string | null
  /** It differs from what is pinned, which somebody may approve. */
  readonly isChange: boolean
}

/** Entries that the server was sent, and has not answered about. */
interface Open {
  readonly entries: readonly McpEntry[]
  /** What became of them meanwhile. */
  became: Asked
  /** Never rejects. */
  over: Promise<unknown>
}

export function gate(options: GateOptions): Gate {
  const { server, fail, onAsk, budgetMs, judgeHere, note, spool, say, now } = options
  const link = linkTo({ url: options.url, apiKey: options.apiKey, whileAway: WHILE_AWAY[fail], say, now })
  /** What was said of a definition last: its hash, and whether calls that rest on it are refused while nobody answers. */
  const known = new Map<string, Known>()
  const open = new Set<Open>()
  let settled: Promise<void> = Promise.resolve()
  const reports = reportsTo({
    server,
    link,
    spool,
    onDefinitions: learn,
    lostNote: (count) => toWire(note('entries_lost', { count })),
    say,
    now,
  })

  function learn(results: McpDefinitionsOut['results']): void {
    const isBad = (one: Known | undefined) => one !== undefined && (one.isChange || one.refusal !== null)
    const learned = new Set<string>()
    for (const { kind, name, hash, status, verdict, reason } of results) {
      const key = keyOf({ kind, name })
      // Of several with one name the worst counts: which of them the client takes nobody knows.
      if (learned.has(key) && isBad(known.get(key))) continue
      learned.add(key)
      known.delete(key)
      const refusal = verdict === 'block' ? (reason ?? 'a rule of its policy') : null
      known.set(key, { hash, refusal, isChange: status === 'changed' })
      const [oldest] = known.keys()
      if (known.size > LIMITS.listNames && oldest !== undefined) known.delete(oldest)
    }
  }

  const tell = (entries: readonly McpEntry[], became?: 'passed' | 'refused') =>
    reports.add(entries.flatMap((entry) => toWire(entry, became)))

  /** `became`: what happened to it without a verdict. */
  function toWire(entry: McpEntry, became?: 'passed' | 'refused'): McpEntryIn[] {
    const { kind, sender, receiver, session, context, at, attributes, anchor, rests } = entry
    const parts = partsOf(entry.payload)
    return parts.map((payload, n) => ({
      kind,
      sender,
      receiver,
      session,
      context,
      at,
      payload,
      attributes: {
        ...attributes,
        ...(parts.length === 1 ? {} : { part: `${n + 1}/${parts.length}` }),
      },
      anchor: anchor === null || parts.length === 1 ? anchor : `${anchor} part ${n + 1}`,
      late: became ?? null,
      rests: rests === undefined ? null : { ...rests, hash: known.get(keyOf(rests))?.hash ?? null },
    }))
  }

  async function ask(entries: readonly McpEntry[], signal?: AbortSignal): Promise<Asked> {
    const deadline = now() + budgetMs
    // What a call rests on may just have been listed; what is left of the time is for the call itself.
    if (entries.some(({ rests }) => rests !== undefined)) await within(settled, budgetMs / 2, signal, link.goneAway())
    if (link.isAway()) return goOn(entries)
    const poisoned = reports.isEnforcing() ? standingRefusal(entries, ({ isChange }) => !isChange) : null
    if (poisoned !== null) {
      tell(entries, 'refused')
      return poisoned
    }
    const wires = entries.flatMap((entry) => toWire(entry))
    const asked = reports.judge(wires, true)
    const one: Open = { entries, became: REFUSED, over: asked.catch(() => {}) }
    open.add(one)
    const answer = await within(asked, Math.max(0, deadline - now()), signal).catch((error: unknown) =>
      error instanceof Error ? error : new Error(String(error)),
    )
    if (answer === LATE) return goOnWithout(asked, one, signal)
    open.delete(one)
    if (answer instanceof Error) return goOn(entries, answer)
    const strictest = answer.toSorted((a, b) => VERDICTS.indexOf(b.verdict) - VERDICTS.indexOf(a.verdict))[0]
    if (strictest === undefined) return PASSES
    const isRefused = strictest.verdict === 'block' || (strictest.verdict === 'ask' && onAsk === 'block')
    return { isRefused, sentence: blocked(strictest.reason ?? 'its policy', strictest.log_id) }
  }

  /** The verdict is on its way: the entry will be stored with it, and beside it what became of the call meanwhile. */
  async function goOnWithout(
    asked: Promise<readonly McpVerdict[]>,
    one: Open,
    signal: AbortSignal | undefined,
  ): Promise<Asked> {
    const { entries } = one
    one.became = signal?.aborted ? REFUSED : await fallback(entries, `no verdict came within ${budgetMs} ms`)
    const { became } = one
    const told = asked.then(
      (verdicts) => tell([lateNote(entries, verdicts, became)]),
      (error: unknown) => keep(entries, became, error),
    )
    one.over = told.finally(() => open.delete(one))
    return became
  }

  function lateNote(entries: readonly McpEntry[], verdicts: readonly McpVerdict[], became: Asked): McpEntry {
    const told = note('late_verdict', aboutLate(entries, verdicts, became))
    return { ...told, session: entries[0]?.session ?? told.session }
  }

  async function goOn(entries: readonly McpEntry[], error?: Error): Promise<Asked> {
    const became = await fallback(entries, AWAY)
    keep(entries, became, error)
    return became
  }

  /** To be stored when the server is back. */
  function keep(entries: readonly McpEntry[], { isRefused }: Asked, error: unknown): void {
    if (error instanceof Refused) reports.lose(entries.length)
    else tell(entries, isRefused ? 'refused' : 'passed')
  }

  /** What was refused of a definition holds for calls that rest on it; whether a change is approved is the server's to say. */
  function standingRefusal(entries: readonly McpEntry[], counts: (known: Known) => boolean): Asked | null {
    for (const { rests } of entries) {
      const definition = rests === undefined ? undefined : known.get(keyOf(rests))
      if (definition !== undefined && definition.refusal !== null && counts(definition))
        return refuse(definition.refusal)
    }
    return null
  }

  async function fallback(entries: readonly McpEntry[], why: string): Promise<Asked> {
    const standing = standingRefusal(entries, () => true)
    if (standing !== null) return standing
    if (fail === 'open') return PASSES
    if (fail === 'closed') return refuse(`${why}, and this proxy lets nothing through then`)
    for (const entry of entries) {
      const { isRefused, reason } = await judgeHere(entry)
      if (isRefused) return refuse(`${reason}; ${why}, so it was judged by the built-in rules`)
    }
    return PASSES
  }

  function define(listed: readonly Definition[], names: Said['listed']): void {
    const wires = listed.flatMap(({ kind, name, entry }) => {
      const parts = toWire(entry)
      const [wire] = parts
      if (wire !== undefined && parts.length === 1)
        return [{ kind, name, entry: wire, bytes: Buffer.byteLength(JSON.stringify(wire)) }]
      // Judged in parts as any text; nothing so long is pinned.
      reports.add([...parts, ...toWire(note('definition_too_long', { name, kind }))])
      return []
    })
    const pages = batches(wires)
    // Without all of them nothing is said of what came and went; what is listed is pinned all the same.
    const isTold = names !== null && Buffer.byteLength(JSON.stringify(names.names)) <= LIMITS.batchBytes
    const done = (pages.length === 0 ? [[]] : pages).map((page, n, all) =>
      reports.define({
        definitions: page.map(({ kind, name, entry }) => ({ kind, name, entry })),
        listed: n === all.length - 1 && isTold ? { kind: names.kind, names: [...names.names] } : null,
      }),
    )
    settled = Promise.all([settled, ...done]).then(() => undefined)
  }

  return {
    ask,
    tell: (entries) => tell(entries),
    tellUnjudged: (entries, passed) => tell(entries, passed ? 'passed' : 'refused'),
    passesUnread: () => fail !== 'closed' || !reports.isEnforcing(),
    define,
    async refused(definitions) {
      await within(settled, LIMITS.definitionsMs, link.goneAway())
      return new Map(
        definitions.flatMap((definition) => {
          const refusal = known.get(keyOf(definition))?.refusal ?? null
          return refusal === null ? [] : [[definition, blocked(refusal, null)] as const]
        }),
      )
    },
    isEnforcing: reports.isEnforcing,
    room: () => reports.room(budgetMs),
    async close() {
      const deadline = now() + LIMITS.flushMs
      await within(Promise.all([...open].map(({ over }) => over)), LIMITS.flushMs, link.goneAway())
      for (const { entries, became } of open) keep(entries, became, undefined)
      await reports.close(deadline)
    },
  }
}

const WHILE_AWAY: Readonly<Record<Fail, string>> = {
  open: 'calls go through unjudged and are reported later',
  closed: 'calls are refused',
  rules: 'calls are judged by the built-in rules',
}

function refuse(reason: string): Asked {
  return { isRefused: true, sentence: blocked(reason, null) }
}

function blocked(reason: string, logId: string | null): string {
  const entry = logId === null || reason.includes(logId) ? '' : ` (entry ${logId})`
  return `Blocked by SentinelMesh: ${reason.replace(/^Blocked: /, '')}${entry}`
}

function keyOf({ kind, name }: { readonly kind: DefinitionKind; readonly name: string }): string {
  return `${kind} ${name}`
}

function aboutLate(
  entries: readonly McpEntry[],
  verdicts: readonly McpVerdict[],
  { isRefused }: Asked,
): Record<string, string> {
  return {
    call_id: String(entries[0]?.attributes['tool.call_id'] ?? ''),
    became: isRefused ? 'refused' : 'passed',
    verdict: verdicts.map(({ verdict }) => verdict).join(),
    log_id: verdicts.map(({ log_id: id }) => id ?? '').join(),
  }
}
