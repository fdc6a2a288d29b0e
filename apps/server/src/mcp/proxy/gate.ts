import type { McpDefinitionsIn, McpDefinitionsOut, McpEntryIn, McpVerdict, McpVerdictOut } from '@sentinelmesh/api'
import type { Definition, DefinitionKind, McpEntry, McpServer, Said } from './conversation.ts'
import { LIMITS } from './limits.ts'
import { partsOf } from './payloads.ts'

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
  /** Definitions as a server lists them now, and, of a last page, what it has of that kind. */
  define(definitions: readonly Definition[], listed: Said['listed']): void
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
  /** A sentence for whoever started the proxy. */
  readonly say: (sentence: string) => void
  /** Milliseconds. */
  readonly now: () => number
}

const VERDICTS = ['allow', 'flag', 'ask', 'block'] as const
const LATE = Symbol('late')
const AWAY = 'the SentinelMesh server does not answer'
const PASSES: Asked = { isRefused: false, sentence: '' }
const REFUSED: Asked = { isRefused: true, sentence: '' }

interface Known {
  readonly hash: string
  readonly refusal: string | null
  /** It differs from what is pinned, which somebody may approve. */
  readonly isChange: boolean
}

/** The server refuses what was sent: to send it again helps nobody. */
class Refused extends Error {}

export function gate(options: GateOptions): Gate {
  const { server, fail, onAsk, budgetMs, judgeHere, note, say, now } = options
  const queue: { readonly wire: McpEntryIn; readonly bytes: number }[] = []
  const definitions: { readonly body: Omit<McpDefinitionsIn, 'server'>; readonly done: () => void }[] = []
  /** What was said of a definition last: its hash, and whether calls that rest on it are refused while nobody answers. */
  const known = new Map<string, Known>()
  let queueBytes = 0
  let lost = 0
  let enforcing = true
  let awayUntil = 0
  let retryMs: number = LIMITS.retryMs
  let sending: Promise<void> | undefined
  let settled: Promise<void> = Promise.resolve()
  let roomy: (() => void)[] = []
  let isClosed = false
  let lastSaid = ''

  function sayOnce(sentence: string): void {
    if (sentence !== lastSaid) say(sentence)
    lastSaid = sentence
  }

  /** Of the server only the shape is looked at: whose key this is is trusted with more than with its answers. */
  async function post<Out extends McpVerdictOut | McpDefinitionsOut>(path: string, body: object): Promise<Out> {
    let reply: Response
    try {
      reply = await fetch(`${options.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': options.apiKey },
        body: JSON.stringify(body),
        redirect: 'error',
        signal: AbortSignal.timeout(LIMITS.requestMs),
      })
      if (reply.status >= 500 || reply.status === 429) throw new Error(`it answers ${reply.status}`)
      if (!reply.ok) throw new Refused(await sentenceOf(reply))
      const answer = (await reply.json()) as Out
      if (!Array.isArray(answer.results)) throw new Error('what answers is no SentinelMesh server')
      retryMs = LIMITS.retryMs
      awayUntil = 0
      lastSaid = ''
      return answer
    } catch (error) {
      if (error instanceof Refused) {
        sayOnce(`the server refuses what this proxy sends: ${error.message}`)
        throw error
      }
      if (now() >= awayUntil) {
        awayUntil = now() + retryMs
        retryMs = Math.min(2 * retryMs, LIMITS.retryMostMs)
      }
      sayOnce(`the server under ${options.url} does not answer (${reasonOf(error)}); ${WHILE_AWAY[fail]}.`)
      throw error
    }
  }

  async function judge(entries: readonly McpEntryIn[], waits: boolean): Promise<readonly McpVerdict[]> {
    const answers: McpVerdict[] = []
    for (const some of batches(entries.map((wire) => ({ wire, bytes: bytesOf(wire) })))) {
      const reply = await post<McpVerdictOut>('/api/v1/mcp/verdict', {
        server,
        waits,
        entries: some.map(({ wire }) => wire),
      })
      enforcing = reply.enforcing
      answers.push(...reply.results)
    }
    return answers
  }

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
    if (now() < awayUntil) return goOn(entries, AWAY, undefined)
    // What a call rests on may just have been listed; what is left of the time is for the call itself.
    if (entries.some(({ rests }) => rests !== undefined)) await within(settled, budgetMs / 2, signal)
    if (now() < awayUntil) return goOn(entries, AWAY, undefined)
    const poisoned = standingRefusal(entries, ({ isChange }) => !isChange)
    if (poisoned !== null) {
      keep(entries, poisoned, undefined)
      return poisoned
    }
    const asked = judge(
      entries.flatMap((entry) => toWire(entry)),
      true,
    )
    const answer = await within(asked, Math.max(0, deadline - now()), signal).catch((error: unknown) =>
      error instanceof Error ? error : new Error(String(error)),
    )
    if (answer instanceof Error) return goOn(entries, AWAY, answer)
    if (answer === LATE) return goOnWithout(asked, entries, signal)
    const strictest = answer.toSorted((a, b) => VERDICTS.indexOf(b.verdict) - VERDICTS.indexOf(a.verdict))[0]
    if (strictest === undefined) return PASSES
    const isRefused = strictest.verdict === 'block' || (strictest.verdict === 'ask' && onAsk === 'block')
    return { isRefused, sentence: blocked(strictest.reason ?? 'its policy', strictest.log_id) }
  }

  /** The verdict is on its way: the entry will be stored with it, and beside it what became of the call meanwhile. */
  async function goOnWithout(
    asked: Promise<readonly McpVerdict[]>,
    entries: readonly McpEntry[],
    signal: AbortSignal | undefined,
  ): Promise<Asked> {
    const became = signal?.aborted ? REFUSED : await fallback(entries, `no verdict came within ${budgetMs} ms`)
    asked.then(
      (verdicts) => enqueue(toWire(note('late_verdict', aboutLate(entries, verdicts, became)))),
      (error: unknown) => keep(entries, became, error),
    )
    return became
  }

  async function goOn(entries: readonly McpEntry[], why: string, error: unknown): Promise<Asked> {
    const became = await fallback(entries, why)
    keep(entries, became, error)
    return became
  }

  /** To be stored when the server is back. */
  function keep(entries: readonly McpEntry[], { isRefused }: Asked, error: unknown): void {
    if (error instanceof Refused) lost += entries.length
    else enqueue(entries.flatMap((entry) => toWire(entry, isRefused ? 'refused' : 'passed')))
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

  function enqueue(wires: readonly McpEntryIn[]): void {
    for (const wire of wires) {
      const bytes = bytesOf(wire)
      if (queue.length >= LIMITS.queueEntries || queueBytes + bytes > LIMITS.queueBytes) {
        lost += 1
        sayOnce(`${LIMITS.queueEntries} entries wait to be sent already: more are counted, not kept.`)
        continue
      }
      queue.push({ wire, bytes })
      queueBytes += bytes
    }
    send()
  }

  function send(): void {
    sending ??= sendAll().finally(() => {
      sending = undefined
      if (!isClosed && (queue.length > 0 || definitions.length > 0)) send()
    })
  }

  async function sendAll(): Promise<void> {
    if (now() < awayUntil) await pause(awayUntil - now())
    try {
      await sendDefinitions()
      const [some] = batches(queue)
      if (some === undefined) return
      await judge(
        some.map(({ wire }) => wire),
        false,
      )
      drop(some.length)
      if (lost > 0) {
        const count = lost
        lost = 0
        enqueue(toWire(note('entries_lost', { count })))
      }
    } catch (error) {
      if (!(error instanceof Refused)) return
      const [some = []] = batches(queue)
      lost += some.length
      drop(some.length)
    }
  }

  function drop(count: number): void {
    for (const { bytes } of queue.splice(0, count)) queueBytes -= bytes
    if (queue.length < LIMITS.queueEntries / 2) {
      for (const go of roomy) go()
      roomy = []
    }
  }

  async function sendDefinitions(): Promise<void> {
    for (let next = definitions[0]; next !== undefined; next = definitions[0]) {
      try {
        const reply = await post<McpDefinitionsOut>('/api/v1/mcp/definitions', { server, ...next.body })
        enforcing = reply.enforcing
        for (const { kind, name, hash, status, verdict, reason } of reply.results) {
          const refusal = verdict === 'block' ? (reason ?? 'a rule of its policy') : null
          known.set(keyOf({ kind, name }), { hash, refusal, isChange: status === 'changed' })
        }
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        lost += next.body.definitions.length
      }
      definitions.shift()
      next.done()
    }
  }

  /** Resolves when the server has pinned them. */
  function defined(body: Omit<McpDefinitionsIn, 'server'>): Promise<void> {
    return new Promise((resolve) => {
      if (definitions.length < LIMITS.heldMessages) definitions.push({ body, done: resolve })
      else {
        lost += body.definitions.length
        resolve()
      }
    })
  }

  return {
    ask,
    tell: (entries) => enqueue(entries.flatMap((entry) => toWire(entry))),
    define(listed, names) {
      const wires = listed.flatMap(({ kind, name, entry }) => {
        const parts = toWire(entry)
        const [wire] = parts
        if (wire !== undefined && parts.length === 1) return [{ kind, name, entry: wire, bytes: bytesOf(wire) }]
        // Judged in parts as any text; nothing so long is pinned.
        enqueue([...parts, ...toWire(note('definition_too_long', { name, kind }))])
        return []
      })
      const pages = batches(wires)
      // Without all of them nothing is said of what came and went; what is listed is pinned all the same.
      const isTold = names !== null && Buffer.byteLength(JSON.stringify(names.names)) <= LIMITS.batchBytes
      const done = (pages.length === 0 ? [[]] : pages).map((page, n, all) => {
        const isLast = n === all.length - 1
        return defined({
          definitions: page.map(({ kind, name, entry }) => ({ kind, name, entry })),
          listed: isLast && isTold ? { kind: names.kind, names: [...names.names] } : null,
        })
      })
      settled = Promise.all([settled, ...done]).then(() => undefined)
      send()
    },
    isEnforcing: () => enforcing,
    async room() {
      // While nobody answers there will be none soon.
      if (queue.length < LIMITS.queueEntries || now() < awayUntil) return
      await within(new Promise<void>((resolve) => roomy.push(resolve)), budgetMs)
    },
    async close() {
      const deadline = now() + LIMITS.flushMs
      while ((queue.length > 0 || definitions.length > 0) && now() < deadline && now() >= awayUntil) {
        send()
        await within(sending ?? Promise.resolve(), deadline - now())
      }
      isClosed = true
      const left = queue.length + lost + definitions.length
      if (left > 0) say(left === 1 ? 'One entry could not be sent.' : `${left} entries could not be sent.`)
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

function bytesOf(wire: McpEntryIn): number {
  return Buffer.byteLength(JSON.stringify(wire))
}

/** As much as one request takes, in order. */
function batches<Item extends { readonly bytes: number }>(items: readonly Item[]): Item[][] {
  const all: Item[][] = []
  let bytes = Infinity
  for (const item of items) {
    const last = all.at(-1)
    if (last === undefined || last.length >= LIMITS.batchEntries || bytes + item.bytes > LIMITS.batchBytes) {
      all.push([item])
      bytes = item.bytes
    } else {
      last.push(item)
      bytes += item.bytes
    }
  }
  return all
}

/** The result, or `LATE` where it takes longer or nobody waits any more. */
async function within<Result>(
  result: Promise<Result>,
  ms: number,
  signal?: AbortSignal,
): Promise<Result | typeof LATE> {
  let timer: NodeJS.Timeout | undefined
  let onAbort: (() => void) | undefined
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(resolve, ms, LATE)
    onAbort = () => resolve(LATE)
    if (signal?.aborted) onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([result, late])
  } finally {
    clearTimeout(timer)
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort)
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message
}

async function sentenceOf(reply: Response): Promise<string> {
  const { detail } = (await reply.json().catch(() => ({}))) as { detail?: unknown }
  if (typeof detail === 'string') return detail
  return Array.isArray(detail)
    ? detail.map(({ msg }: { msg?: unknown }) => String(msg)).join(' ')
    : `status ${reply.status}`
}
