import type { AddressInfo, Socket } from 'node:net'
import fastify from 'fastify'
import { describe, expect, test } from 'vitest'
import { rawConnection, type RawConnection } from '../../../test/request.ts'
import { until } from '../../../test/until.ts'
import { connections, type ConnectionRefusal } from './connections.ts'

const HEAD = 'Host: x\r\n\r\n'
const MOST = { connections: 4, connectionsReserved: 2, connectionsPerAddress: 3, requestsPerConnection: 5 }

/** A server that answers `/slow` when the test calls `answer`. Peers have no network unless `networkOf` names one. */
async function server(networkOf: (socket: Socket) => string | null = () => null) {
  const app = fastify({ forceCloseConnections: true })
  const refused: ConnectionRefusal[] = []
  const peers = connections(app, { networkOf, onRefused: (why) => refused.push(why), most: MOST })
  let answer = () => {}
  const answered = new Promise<void>((resolve) => (answer = resolve))
  let waiting = 0
  app.get('/slow', async () => {
    waiting++
    await answered
    return 'at last'
  })
  app.get('/', async ({ raw }) => (peers.isReserved(raw.socket) ? 'reserved' : 'ordinary'))
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const opened: RawConnection[] = []
  return {
    peers,
    refused,
    answer,
    waiting: () => waiting,
    async open(request = '', from?: string): Promise<RawConnection> {
      const connection = await rawConnection(port, from)
      opened.push(connection)
      connection.write(request)
      return connection
    },
    async [Symbol.asyncDispose]() {
      answer()
      for (const connection of opened) connection[Symbol.dispose]()
      await app.close()
    },
  }
}

const ask = (path: string) => `GET ${path} HTTP/1.1\r\n${HEAD}`

test('idle connections and half-sent headers make way for new ones, the longest idle first', async () => {
  await using own = await server()
  const idle = await own.open()
  await until(() => own.peers.count() === 1, 'it is open')
  const slowloris = await own.open('GET / HTTP/1.1\r\nX-Slow: ')
  await until(() => own.peers.count() === 2, 'it is open')
  const used = await own.open(ask('/'))
  await until(() => used.received().includes('ordinary'), 'it is answered')
  await own.open(ask('/slow'))
  await until(() => own.waiting() === 1, 'it is in progress')

  const first = await own.open(ask('/'))
  await until(() => first.received().includes('ordinary'), 'a new one is answered')
  await until(() => idle.closed, 'the idle one is closed')
  expect([slowloris.closed, used.closed]).toEqual([false, false])

  const second = await own.open(ask('/'))
  await until(() => second.received().includes('ordinary'), 'another one is answered')
  await until(() => slowloris.closed, 'the one with half a header is closed')
  expect([used.closed, first.closed]).toEqual([false, false])
  expect(own.peers.count()).toBe(MOST.connections)
  expect(own.refused).toEqual(['connection_made_way', 'connection_made_way'])
})

test('if every connection has a request in progress, the reserved connections are accepted', async () => {
  await using own = await server()
  for (let count = 1; count <= MOST.connections; count++) {
    await own.open(ask('/slow'))
    await until(() => own.waiting() === count, 'it is in progress')
  }
  const more = await own.open(ask('/'))
  await until(() => more.received().includes('reserved'), 'it is known to be a reserved one')
  const other = await own.open(ask('/slow'))
  await until(() => own.waiting() === MOST.connections + 1, 'it is in progress')
  await until(() => more.closed, 'the connection that is now idle made way')
  own.answer()
  await until(() => other.received().includes('at last'), 'no connection with a request in progress was closed')
  expect(own.refused).toEqual(['connection_made_way'])
})

test('beyond the reserved connections, none is accepted', async () => {
  await using own = await server()
  for (let count = 1; count <= MOST.connections + MOST.connectionsReserved; count++) {
    await own.open(ask('/slow'))
    await until(() => own.waiting() === count, 'it is in progress')
  }
  const refused = await own.open(ask('/'))
  await until(() => refused.closed, 'it is closed')
  expect(own.refused).toEqual(['connections_full'])
})

test('one network has at most its share', async () => {
  await using own = await server(() => '192.0.2.1')
  for (let count = 1; count <= MOST.connectionsPerAddress; count++) {
    await own.open(ask('/slow'))
    await until(() => own.waiting() === count, 'it is in progress')
  }
  const refused = await own.open(ask('/'))
  await until(() => refused.closed, 'it is closed')
  expect(own.peers.count()).toBe(MOST.connectionsPerAddress)
  own.answer()
  await using elsewhere = await server()
  for (let count = 1; count <= MOST.connectionsPerAddress + 1; count++) {
    await elsewhere.open(ask('/slow'))
    await until(() => elsewhere.waiting() === count, 'an address that many share has no such bound')
  }
})

test('a connection that was closed no longer counts for its network', async () => {
  await using own = await server(() => '192.0.2.1')
  const opened: RawConnection[] = []
  for (let count = 1; count <= MOST.connectionsPerAddress; count++) {
    opened.push(await own.open(ask('/slow')))
    await until(() => own.waiting() === count, 'it is in progress')
  }
  opened[0]?.[Symbol.dispose]()
  await until(() => own.peers.count() === MOST.connectionsPerAddress - 1, 'it is closed')
  const next = await own.open(ask('/'))
  await until(() => next.closed || next.received().includes('ordinary'), 'a new one is answered or closed')
  expect(own.refused).toEqual([])
})

describe('peers of two networks', () => {
  const FIRST = '127.0.0.2'
  const SECOND = '127.0.0.3'
  const byAddress = ({ remoteAddress = '' }: Socket) => remoteAddress

  test('have a share each: one that fills its own is refused, and the other is answered', async () => {
    await using own = await server(byAddress)
    for (let count = 1; count <= MOST.connectionsPerAddress; count++) {
      await own.open(ask('/slow'), FIRST)
      await until(() => own.waiting() === count, 'it is in progress')
    }
    const refused = await own.open(ask('/'), FIRST)
    await until(() => refused.closed, 'it is closed')
    const other = await own.open(ask('/'), SECOND)
    await until(() => other.received().includes('ordinary'), 'it is answered')
    expect(own.refused).toEqual(['connections_full'])
  })

  test('make way for their own: beyond a share, its idle connection is closed, even if others are idle longer', async () => {
    await using own = await server(byAddress)
    const other = await own.open('', SECOND)
    await until(() => own.peers.count() === 1, 'it is open')
    const idle = await own.open('', FIRST)
    await until(() => own.peers.count() === 2, 'it is open')
    for (let count = 1; count < MOST.connectionsPerAddress; count++) {
      await own.open(ask('/slow'), FIRST)
      await until(() => own.waiting() === count, 'it is in progress')
    }
    const next = await own.open(ask('/'), FIRST)
    await until(() => next.received().includes('ordinary'), 'it is answered')
    await until(() => idle.closed, 'the idle one made way')
    expect([other.closed, own.refused]).toEqual([false, ['connection_made_way']])
  })
})

test('a connection with too many pipelined requests is closed', async () => {
  await using own = await server()
  const flood = await own.open(ask('/slow').repeat(MOST.requestsPerConnection + 1))
  await until(() => flood.closed, 'it is closed')
  expect(own.refused).toEqual(['requests_per_connection'])
  await until(() => own.peers.count() === 0, 'it no longer counts')
})
