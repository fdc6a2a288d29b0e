import { randomUUID } from 'node:crypto'
import type { WhoAmI } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { schemas } from '@sentinelmesh/api/server'
import type { Connection } from '../connect.ts'
import { visible } from '../print.ts'
import { logsAsJson, logsAsProtobuf } from './otlp-requests.ts'

/** What one check came to. `skipped`: this credential may not, which is no fault. */
export interface Finding {
  readonly check: string
  readonly state: 'ok' | 'failed' | 'skipped'
  readonly say: string
}

export interface Examined extends Pick<Connection, 'where' | 'send'> {
  readonly now: () => number
  /** For each reply, whole. */
  readonly answerMs: number
}

/** A clock that is further off puts entries out of order with those of other agents. */
const SKEW_SAID_MS = 5_000

/** From what everything rests on to what needs all of it; what cannot work any more is left out. */
export async function* examine(given: Examined): AsyncGenerator<Finding> {
  const examined = { ...given, send: inTime(given) }
  const reached = await reach(examined)
  yield reached
  if (reached.state === 'failed') return
  const { who, findings } = await identify(examined)
  yield* findings
  if (who === null) return
  for (const entry of ENTRIES) yield await tried(entry, examined, who)
}

function inTime({ send, answerMs }: Examined): Examined['send'] {
  return (path, request) => send(path, { ...request, signal: AbortSignal.timeout(answerMs) })
}

async function reach(examined: Examined): Promise<Finding> {
  const { where, send } = examined
  const failed = (say: string): Finding => ({ check: 'Server', state: 'failed', say })
  try {
    const reply = await send('/readyz', { method: 'GET' })
    const { status, reason, detail } = fieldsOf(await reply.text())
    if (reply.status === 200 && status === 'ready')
      return { check: 'Server', state: 'ok', say: `${where} answers, and can store.` }
    if (reply.status !== 503) return failed(`What answers under ${where} is no SentinelMesh server.`)
    return failed(`${where} answers, and is not ready: ${visible(String(reason ?? detail ?? 'it does not say why'))}`)
  } catch (error) {
    return failed(sentenceOf(error, examined))
  }
}

async function identify(examined: Examined): Promise<{ who: WhoAmI | null; findings: Finding[] }> {
  const { where, send, now } = examined
  const sentMs = now()
  const refused = (say: string) => ({ who: null, findings: [{ check: 'Credential', state: 'failed' as const, say }] })
  let who: WhoAmI
  try {
    const reply = await send('/api/v1/whoami', { method: 'GET' })
    if (!reply.ok) return refused(await refusalOf(reply))
    const { success, data } = schemas.WhoAmI.safeParse(fieldsOf(await reply.text()))
    if (!success) return refused(`What answers under ${where} is no SentinelMesh server of this version.`)
    who = data
  } catch (error) {
    return refused(sentenceOf(error, examined))
  }
  if (who.organization === null)
    return refused(
      'No organization: give --org, or make the first one with: sentinelmesh user create --username NAME --org NAME',
    )
  const receivedMs = now()
  const may = Object.entries(who.may).flatMap(([what, allowed]) => (allowed ? [what] : []))
  const bound = who.sender === null ? '' : `, as ${visible(who.sender)} only`
  const credential: Finding = {
    check: 'Credential',
    state: 'ok',
    say: `It is of ${visible(who.organization.name)} and may ${may.join(', ') || 'nothing'}${bound}.`,
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

async function tried({ check, run }: SentEntry, examined: Examined, who: WhoAmI): Promise<Finding> {
  try {
    return { check, ...(await run(examined, who)) }
  } catch (error) {
    return { check, state: 'failed', say: sentenceOf(error, examined) }
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

/** Of REST, of tRPC, of OTLP. */
async function refusalOf(reply: Response): Promise<string> {
  const { detail, error, message } = fieldsOf(await reply.text())
  const said = [detail, (error as { message?: unknown } | undefined)?.message, message]
  return visible(said.find((one) => typeof one === 'string') ?? `The server answered ${reply.status}.`)
}

/** Empty where it is no JSON object. */
function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

function sentenceOf(error: unknown, { where, answerMs }: Examined): string {
  if (!(error instanceof Error)) return 'It failed without a reason.'
  return error.name === 'TimeoutError'
    ? `${where} does not answer within ${answerMs / 1000} seconds.`
    : visible(error.message)
}
