import { randomUUID } from 'node:crypto'
import type { WhoAmI } from '@sentinelmesh/api'
import type { Connection } from '../connect.ts'
import { visible } from '@sentinelmesh/command-line/print'
import { logsAsJson, logsAsProtobuf } from './otlp-requests.ts'
import { refusalOf, refusedInside } from './replies.ts'

/** `skipped`: the credential does not allow it, which is not a failure. */
export interface Outcome {
  readonly state: 'ok' | 'failed' | 'skipped'
  readonly say: string
}

/** Sends an entry to one endpoint. Rejects if nothing answers. */
export interface SentEntry {
  readonly check: string
  readonly run: (send: Connection['send'], who: WhoAmI) => Promise<Outcome>
}

const TEXT = 'sentinelmesh doctor was here'
const SESSION = `doctor-${randomUUID()}`

/** One harmless entry for each endpoint. */
export const ENTRIES: readonly SentEntry[] = [
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
    async run(send, who) {
      if (!who.may.verdict) return { state: 'skipped', say: 'This credential may not ask for verdicts.' }
      const { path, request } = json('/api/v1/verdict', entryOf(who))
      const reply = await send(path, request)
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
  return async (send, who) => {
    if (!who.may.report) return { state: 'skipped', say: 'This credential may not report.' }
    const { path, request } = prepare(who)
    const reply = await send(path, request)
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
