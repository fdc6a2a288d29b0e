import type { WhoAmI } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { schemas } from '@sentinelmesh/api/server'
import type { Connection } from '../connect.ts'
import { visible } from '@sentinelmesh/command-line/print'
import { ENTRIES, type Outcome, type SentEntry } from './entries.ts'
import { fieldsOf, refusalOf } from './replies.ts'

export interface Finding extends Outcome {
  readonly check: string
}

export interface Examined extends Pick<Connection, 'where' | 'send'> {
  readonly now: () => number
  /** Deadline for each complete reply. */
  readonly answerMs: number
}

/** With a larger difference, entries are out of order with those of other agents. */
const MAX_SKEW_MS = 5_000

/** Runs the checks from the most basic to the most dependent. Skips checks that cannot succeed after a failure. */
export async function* examine(given: Examined): AsyncGenerator<Finding> {
  const examined = { ...given, send: withDeadline(given) }
  const reached = await reach(examined)
  yield reached
  if (reached.state === 'failed') return
  const { who, findings } = await identify(examined)
  yield* findings
  if (who === null) return
  for (const entry of ENTRIES) yield await tried(entry, examined, who)
}

function withDeadline({ send, answerMs }: Examined): Examined['send'] {
  return (path, request) => send(path, { ...request, signal: AbortSignal.timeout(answerMs) })
}

async function reach(examined: Examined): Promise<Finding> {
  const { where, send } = examined
  const failed = (say: string): Finding => ({ check: 'Server', state: 'failed', say })
  try {
    const reply = await send('/readyz', { method: 'GET' })
    const { status, reason, detail } = fieldsOf(await reply.text())
    if (reply.status === 200 && status === 'degraded')
      return {
        check: 'Server',
        state: 'ok',
        say: `${where} answers and can store, but some of its background work fails: see ${where}/readyz.`,
      }
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
  const credential: Finding = {
    check: 'Credential',
    state: 'ok',
    say: `It belongs to the organization ${visible(who.organization.name)}, and may ${sayMay(who)}.`,
  }
  const skewMs = Math.round((sentMs + receivedMs) / 2 - Date.parse(who.time))
  return { who, findings: [credential, clockFinding(skewMs)] }
}

const MAY: Readonly<Record<keyof WhoAmI['may'], string>> = {
  report: 'report entries',
  verdict: 'ask for verdicts',
  read: 'read the log',
  manage: 'change rules and settings',
}
const listed = new Intl.ListFormat('en', { type: 'conjunction' })

function sayMay({ may, sender }: WhoAmI): string {
  const allowed = (Object.keys(MAY) as (keyof typeof MAY)[]).filter((what) => may[what]).map((what) => MAY[what])
  if (allowed.length === 0) return 'do nothing'
  return `${listed.format(allowed)}${sender === null ? '' : `, as the sender ${visible(sender)} only`}`
}

function clockFinding(skewMs: number): Finding {
  const check = 'Clock'
  const by = `${Math.abs(skewMs) < 10_000 ? `${Math.abs(skewMs)} ms` : `${Math.round(Math.abs(skewMs) / 1000)} s`}`
  const say = `This machine is ${by} ${skewMs < 0 ? 'behind' : 'ahead of'} the server.`
  if (skewMs > LIMITS.aheadMs)
    return { check, state: 'failed', say: `${say} Entries that far in the future are refused: set the clock.` }
  if (Math.abs(skewMs) > MAX_SKEW_MS)
    return { check, state: 'failed', say: `${say} Entries will stand in the wrong order: set the clock.` }
  return { check, state: 'ok', say }
}

async function tried({ check, run }: SentEntry, examined: Examined, who: WhoAmI): Promise<Finding> {
  try {
    return { check, ...(await run(examined.send, who)) }
  } catch (error) {
    return { check, state: 'failed', say: sentenceOf(error, examined) }
  }
}

function sentenceOf(error: unknown, { where, answerMs }: Examined): string {
  if (!(error instanceof Error)) return 'It failed without a reason.'
  return error.name === 'TimeoutError'
    ? `${where} does not answer within ${answerMs / 1000} seconds.`
    : visible(error.message)
}
