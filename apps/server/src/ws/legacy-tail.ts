import type { IncomingMessage } from 'node:http'
import type { WebSocket } from 'ws'
import type { Principal, Seq } from '@sentinelmesh/api'
import { authorise, DomainError, fromTailCursor } from '@sentinelmesh/api/constants'
import type { StoredEntry } from '@sentinelmesh/db'
import { toLegacyEntry } from '../http/legacy/legacy-entry.ts'
import type { Deps } from '../services/verb.ts'
import { follow } from '../tail/follow.ts'
import { ofEach } from '../tail/of-each.ts'
import { drainedOf } from './drained.ts'

/** Unsupported data, RFC 6455 §7.4.1. */
const UNSUPPORTED_DATA = 1003

/**
 * `?after=` takes a cursor or a seq, as `logs.tail` does. Without it, the tail starts now. Call this before the upgrade
 * is answered, so that the tail includes everything that is reported after the client is connected.
 */
export async function legacyTailStart(
  { database }: Deps,
  request: IncomingMessage,
  principal: Principal,
): Promise<Seq> {
  const org = authorise(principal, 'logs.read')
  const given = new URL(request.url ?? '/', 'http://localhost').searchParams.get('after')
  if (given === null) return (await database.logs.head(org)).seq
  const after = fromTailCursor(given)
  if (after === undefined) throw new DomainError('cursor_invalid')
  return after
}

const frameOf = ofEach((entry: StoredEntry, orgName: string) =>
  Buffer.from(JSON.stringify(toLegacyEntry(entry, orgName))),
)

/** Sends one text frame per entry and no other messages, because the seed's client displays every message as a log. */
export async function sendLegacyTail(
  deps: Deps<'bus' | 'shared'>,
  socket: WebSocket,
  request: IncomingMessage,
  { principal, after }: { principal: Principal | null; after: Seq },
): Promise<void> {
  const org = authorise(principal, 'logs.read')
  const orgName = principal?.org?.name ?? ''
  const stop = new AbortController()
  socket.on('close', () => stop.abort())
  socket.on('error', () => stop.abort())
  socket.on('message', (_data, isBinary) => {
    if (isBinary) socket.close(UNSUPPORTED_DATA, 'Only text is read here.')
  })

  const options = { after, matches: () => true, drained: drainedOf(socket, request.socket), signal: stop.signal }
  for await (const item of follow(deps, org, options)) {
    if (item.type === 'entry' && socket.readyState === socket.OPEN)
      socket.send(frameOf(item.entry, orgName), { binary: false })
  }
}
