import { randomUUID } from 'node:crypto'
import type { WhoAmI } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import type { Connection } from '../connect.ts'
import { visible } from '../print.ts'
import { logsAsJson, logsAsProtobuf } from './otlp-requests.ts'

/** What one check came to. `skipped`: this credential may not, which is no fault. */
export interface Finding {
  readonly check: string
  readonly state: 'ok' | 'failed' | 'skipped'
  readonly say: string
}

export interface Examined {
  /** With the credential under examination. Rejects where nothing answers. */
  readonly send: Connection['send']
  readonly now: () => number
}

/** A clock that is further off puts entries out of order with those of other agents. */
const SKEW_SAID_MS = 5_000

/** From what everything rests on to what needs all of it; what cannot work any more is left out. */
export async function* examine(examined: Examined): AsyncGenerator<Finding> {
  const reached = await reach(examined)
  yield reached
  if (reached.state === 'failed') return
  const { who, findings } = await identify(examined)
  yield* findings
  if (who === null) return
  for (const send of ENTRIES) yield await tried(send.check, () => send.run(examined, who))
}

async function reach({ send }: Examined): Promise<Finding> {
  const check = 'Server'
  try {
    const reply = await send('/readyz', { method: 'GET' })
    const { status, reason } = (await reply.json()) as { status?: unknown; reason?: unknown }
    if (reply.status === 200 && status === 'ready') return { check, state: 'ok', say: 'It answers, and can store.' }
    return { check, state: 'failed', say: `It answers, and is not ready: ${visible(String(reason ?? reply.status))}` }
  } catch (error) {
    return { check, state: 'failed', say: sentenceOf(error) }
  }
}

async function identify({ send, now }: Examined): Promise<{ who: WhoAmI | null; findings: Finding[] }> {
  const sentMs = now()
  const refused = (say: string) => ({ who: null, findings: [{ check: 'Credential', state: 'failed' as const, say }] })
  let who: WhoAmI
  try {
    const reply = await send('/api/v1/whoami', { method: 'GET' })
    if (!reply.ok) return refused(await refusalOf(reply))
    who = (await reply.json()) as WhoAmI
  } catch (error) {
    return refused(sentenceOf(error))
  }
  const receivedMs = now()
  const may = Object.entries(who.may).flatMap(([what, allowed]) => (allowed ? [what] : []))
  const bound = who.sender === null ? '' : `, as ${visible(who.sender)} only`
  const credential: Finding = {
    check: 'Credential',
    state: 'ok',
    say: `It is of ${visible(who.organization?.name ?? 'no organization')} and may ${may.join(', ') || 'nothing'}${bound}.`,
  }
  const skewMs = Math.round((sentMs + receivedMs) / 2 - Date.parse(who.time))
  return { who, findings: [credential, clockFinding(skewMs)] }
}

function clockFinding(skewMs: number): Finding {
  const check = 'Clock'
  const by = `${Math.abs(skewMs) < 10_000 ? `${Math.abs(skewMs)} ms` : `${Math.round(Math.abs(skewMs) / 1000)} s`}`
  const say = `This machine is ${by} ${skewMs < 0 ? 'behind' : 'ahead of'} the server.`
  if (skewMs > LIMITS.aheadMs)
    return { check, state: 'failed', say: `${say} Entries that far in the future are refused: set the clock.` }
  if (Math.abs(skewMs) > SKEW_SAID_MS)
    return { check, state: 'failed', say: `${say} Entries will stand in the wrong order: set the clock.` }
  return { check, state: 'ok', say }
}

interface SentEntry {
  readonly check: string
  readonly run: (examined: Examined, who: WhoAmI) => Promise<Omit<Finding, 'check'>>
}

const TEXT = 'sentinelmesh doctor was here'
const SESSION = `doctor-${randomUUID()}`

/** One harmless entry by each way in. */
const ENTRIES: readonly SentEntry[] = [
  { check: 'POST /log', run: reporting((who) => json('/log', entryOf(who))) },
  { check: 'POST /api/v1/logs', run: reporting((who) => json('/api/v1/logs', [entryOf(who)])) },
  { check: 'tRPC logs.report', run: reporting((who) => json('/trpc/logs.report', [entryOf(who)])) },
  {
    check: 'OTLP, JSON',
    run: reporting(() => ({
      path: '/v1/logs',
      request: { method: 'POST', headers: { 'content-type': 'application/json' }, body: logsAsJson(record()) },
    })),
  },
  {
    check: 'OTLP, protobuf',
    run: reporting(() => ({
      path: '/v1/logs',
      request: {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf' },
        body: logsAsProtobuf(record()),
      },
    })),
  },
  {
    check: 'POST /api/v1/verdict',
    async run(examined, who) {
      if (!who.may.verdict) return { state: 'skipped', say: 'This credential may not ask for verdicts.' }
      const { path, request } = json('/api/v1/verdict', entryOf(who))
      const reply = await examined.send(path, request)
      if (!reply.ok) return { state: 'failed', say: await refusalOf(reply) }
      const { verdict } = (await reply.json()) as { verdict?: unknown }
      return { state: 'ok', say: `Stored, and answered: ${visible(String(verdict))}.` }
    },
  },
]

interface Prepared {
  readonly path: string
  readonly request: Parameters<Connection['send']>[1]
}

function reporting(prepare: (who: WhoAmI) => Prepared): SentEntry['run'] {
  return async (examined, who) => {
    if (!who.may.report) return { state: 'skipped', say: 'This credential may not report.' }
    const { path, request } = prepare(who)
    const reply = await examined.send(path, request)
    if (!reply.ok) return { state: 'failed', say: await refusalOf(reply) }
    const refused = refusedInside(await reply.text())
    return refused === null ? { state: 'ok', say: 'Stored.' } : { state: 'failed', say: refused }
  }
}

function json(path: string, body: unknown): Prepared {
  return {
    path,
    request: { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  }
}

function entryOf({ sender }: WhoAmI) {
  const bound = sender?.endsWith('*') ? `${sender.slice(0, -1)}doctor` : sender
  return { sender: bound ?? 'agent.doctor', kind: 'message', session: SESSION, payload: TEXT }
}

function record() {
  return { service: 'doctor', session: SESSION, text: TEXT, timeNanos: BigInt(Date.now()) * 1_000_000n }
}

async function tried(check: string, run: () => Promise<Omit<Finding, 'check'>>): Promise<Finding> {
  try {
    return { check, ...(await run()) }
  } catch (error) {
    return { check, state: 'failed', say: sentenceOf(error) }
  }
}

interface Report {
  readonly rejected?: readonly { readonly reason?: unknown }[]
}

/** What a reply of 200 refuses all the same: one entry of a report, one record of OTLP. */
function refusedInside(text: string): string | null {
  if (text === '') return null
  // Protobuf: a reply that says something is one of partial success.
  if (!text.startsWith('{')) return 'The record was refused; the reply to JSON says why.'
  const reply = JSON.parse(text) as Report & {
    readonly result?: { readonly data?: Report }
    readonly partialSuccess?: { readonly errorMessage?: unknown; readonly rejectedLogRecords?: unknown }
  }
  const rejected = (reply.result?.data ?? reply).rejected?.[0]?.reason
  if (rejected !== undefined) return visible(typeof rejected === 'string' ? rejected : JSON.stringify(rejected))
  const { errorMessage, rejectedLogRecords } = reply.partialSuccess ?? {}
  return Number(rejectedLogRecords ?? 0) > 0 ? visible(String(errorMessage)) : null
}

async function refusalOf(reply: Response): Promise<string> {
  const text = await reply.text()
  try {
    const { detail, error } = JSON.parse(text) as { detail?: unknown; error?: { message?: unknown } }
    if (typeof detail === 'string') return visible(detail)
    if (typeof error?.message === 'string') return visible(error.message)
  } catch {
    // No reply of ours.
  }
  return `The server answered ${reply.status}.`
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? visible(error.message) : 'It failed without a reason.'
}
