import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { LIMITS } from '@sentinelmesh/api/constants'

/** On shutdown, requests in flight get this long, so that one that never ends cannot block the shutdown. */
const UNDER_WAY_MS = 4_000

/** Why a connection was closed. */
export type ConnectionRefusal = 'connection_made_way' | 'connections_full' | 'requests_per_connection'

export interface Connections {
  /** True for a connection beyond `LIMITS.connections`: only requests with reserved room are answered on it. */
  isReserved(socket: Socket): boolean
  count(): number
}

interface Peer {
  /** Null if many callers share the address. */
  readonly network: string | null
  readonly isReserved: boolean
  /** Requests in flight. */
  underWay: number
}

/**
 * Limits connections, in total and per network. A new connection replaces the one that has been idle the longest, so
 * neither idle connections nor slow headers can lock others out.
 *
 * It also lets the server stop while peers keep connections open: connections without a request in flight are closed
 * immediately. Node counts a connection that never sent a request as busy, and browsers open connections ahead of time.
 */
export function connections(
  app: FastifyInstance,
  {
    networkOf,
    onRefused,
    most = LIMITS,
  }: {
    /** The peer's network. Null if many callers share its address. */
    readonly networkOf: (socket: Socket) => string | null
    readonly onRefused: (why: ConnectionRefusal) => void
    readonly most?: Readonly<
      Record<'connections' | 'connectionsReserved' | 'connectionsPerAddress' | 'requestsPerConnection', number>
    >
  },
): Connections {
  const peers = new Map<Socket, Peer>()
  /** Sockets without a request in flight, longest idle first. WebSockets are not included. */
  const idle = new Set<Socket>()
  const ofNetwork = new Map<string, number>()

  function closeOldestIdle(isOne: (peer: Peer) => boolean): boolean {
    for (const socket of idle) {
      const peer = peers.get(socket)
      if (peer === undefined || !isOne(peer)) continue
      onRefused('connection_made_way')
      forget(socket, peer)
      socket.destroy()
      return true
    }
    return false
  }

  function forget(socket: Socket, { network }: Peer): void {
    if (!peers.delete(socket)) return
    idle.delete(socket)
    if (network === null) return
    const left = (ofNetwork.get(network) ?? 1) - 1
    if (left > 0) ofNetwork.set(network, left)
    else ofNetwork.delete(network)
  }

  function refuse(socket: Socket): void {
    onRefused('connections_full')
    socket.destroy()
  }

  app.server.on('connection', (socket: Socket) => {
    const network = networkOf(socket)
    const isCrowded = network !== null && (ofNetwork.get(network) ?? 0) >= most.connectionsPerAddress
    if (isCrowded && !closeOldestIdle((peer) => peer.network === network)) return refuse(socket)
    const isReserved = peers.size >= most.connections && !closeOldestIdle(() => true)
    if (peers.size >= most.connections + most.connectionsReserved) return refuse(socket)

    const peer: Peer = { network, isReserved, underWay: 0 }
    peers.set(socket, peer)
    idle.add(socket)
    if (network !== null) ofNetwork.set(network, (ofNetwork.get(network) ?? 0) + 1)
    socket.once('close', () => forget(socket, peer))
  })
  app.server.on('upgrade', ({ socket }: IncomingMessage) => void idle.delete(socket))

  app.addHook('onRequest', async ({ raw: { socket } }) => {
    const peer = peers.get(socket)
    if (peer === undefined) return
    peer.underWay += 1
    idle.delete(socket)
    if (peer.underWay <= most.requestsPerConnection) return
    onRefused('requests_per_connection')
    socket.destroy()
  })
  app.addHook('onResponse', async ({ raw: { socket } }) => {
    const peer = peers.get(socket)
    if (peer === undefined) return
    peer.underWay -= 1
    if (peer.underWay === 0) idle.add(socket)
  })
  app.addHook('preClose', async () => {
    for (const [socket, { underWay }] of peers) if (underWay <= 0) socket.destroy()
    setTimeout(() => app.server.closeAllConnections(), UNDER_WAY_MS).unref()
  })

  return {
    isReserved: (socket) => peers.get(socket)?.isReserved === true,
    count: () => peers.size,
  }
}
