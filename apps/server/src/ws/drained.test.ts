import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { until } from '../../test/until.ts'
import { drainedOf } from './drained.ts'

const MESSAGES = 50_000
const MESSAGE = 'x'.repeat(1_000)
/** The bound that the module promises, plus one frame. */
const MOST_WAITING = 256 * 1024 + 2_000

async function pair() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const peer = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const opened = once(peer, 'open')
  const [socket, request] = (await once(server, 'connection')) as [WebSocket, IncomingMessage]
  await opened
  return {
    socket,
    peer,
    drained: drainedOf(socket, request.socket),
    [Symbol.dispose]() {
      peer.terminate()
      server.close()
    },
  }
}

test('a peer that takes nothing has a bounded buffer, and gets everything later', async () => {
  using sockets = await pair()
  const { socket, peer, drained } = sockets
  let received = 0
  peer.on('message', () => received++)
  peer.pause()
  let sent = 0
  let most = 0
  const sending = (async () => {
    while (sent < MESSAGES) {
      await drained()
      socket.send(MESSAGE)
      sent++
      most = Math.max(most, socket.bufferedAmount)
    }
  })()
  await until(() => most > MOST_WAITING - 4_000, 'the socket is full')
  // Many turns later, no more than what fits has been sent.
  for (let turn = 0; turn < 1_000; turn++) await new Promise((resolve) => setImmediate(resolve))
  expect(sent).toBeLessThan(MESSAGES)
  expect(most).toBeLessThanOrEqual(MOST_WAITING)
  peer.resume()
  await sending
  await until(() => received === MESSAGES, 'everything has come')
  expect(most).toBeLessThanOrEqual(MOST_WAITING)
})

test('a sender to a closing socket waits until the socket is gone', async () => {
  using sockets = await pair()
  const { socket, peer, drained } = sockets
  peer.pause()
  socket.close()
  let resolved = false
  const waiting = drained().then(() => (resolved = true))
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve))
  expect(resolved).toBe(false)
  socket.terminate()
  await waiting
})
