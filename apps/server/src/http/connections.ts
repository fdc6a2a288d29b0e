import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** When stopping, requests under way get so long: one that never ends must not keep the server from it. */
const UNDER_WAY_MS = 4_000

/**
 * Lets the server stop while peers keep connections open: those without a request under way are closed at once. Node
 * counts a connection that never asked anything as busy, and browsers open such ones ahead.
 */
export function closeIdleOnStop(app: FastifyInstance): void {
  const underWay = new Map<Socket, number>()
  const count = (socket: Socket, more: 1 | -1) => {
    const now = underWay.get(socket)
    if (now !== undefined) underWay.set(socket, now + more)
  }
  app.server.on('connection', (socket: Socket) => {
    underWay.set(socket, 0)
    socket.once('close', () => underWay.delete(socket))
  })
  app.addHook('onRequest', async (request) => count(request.raw.socket, 1))
  app.addHook('onResponse', async (request) => count(request.raw.socket, -1))
  app.addHook('preClose', async () => {
    for (const [socket, requests] of underWay) if (requests <= 0) socket.destroy()
    setTimeout(() => app.server.closeAllConnections(), UNDER_WAY_MS).unref()
  })
}
