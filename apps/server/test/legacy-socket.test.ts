import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { json } from './client.ts'
import { startMesh, type Mesh } from './start-mesh.ts'

let mesh: Mesh
let token: string
beforeAll(async () => {
  mesh = await startMesh()
  token = await mesh.first.token()
})
afterAll(() => mesh[Symbol.asyncDispose]())

const post = (payload: string) => mesh.first.agent.post('/log', { sender: 'agent.live', payload })
const payloads = (messages: readonly string[]) =>
  messages.map((message) => (JSON.parse(message) as { payload: string }).payload)

describe('/ws/logs', () => {
  test.each([
    ['a token in the query', () => mesh.nobody.socket(`/ws/logs?token=${token}`)],
    ['a token in the header', () => mesh.nobody.socket('/ws/logs', { headers: { authorization: `bearer ${token}` } })],
    ['a token as subprotocol', () => mesh.nobody.socket('/ws/logs', { protocols: ['bearer', token] })],
    ['a key in the header', () => mesh.first.reader.socket('/ws/logs')],
  ])('opens with %s and sends an entry posted right after', async (what, open) => {
    using live = open()
    expect(await live.opened()).toBe(101)
    await post(`after ${what}`)
    await live.messagesUpTo(1)
    expect(payloads(live.messages)).toEqual([`after ${what}`])
    expect(live.socket.protocol).toBe(what.includes('subprotocol') ? 'bearer' : '')
  })

  test('sends each entry as /logs returns it in one text frame, and nothing else', async () => {
    using live = mesh.first.reader.socket('/ws/logs')
    await live.opened()
    live.socket.send('hello')
    live.socket.send('{"type":"subscribe"}')
    await post('one')
    await post('two')
    await live.messagesUpTo(2)
    const { logs } = await json<{ logs: unknown[] }>(mesh.first.reader.get('/logs?per_page=2'))
    expect(live.messages.map((message) => JSON.parse(message) as unknown)).toEqual(logs.toReversed())
  })

  test.each([
    ['no credential', () => mesh.nobody.socket('/ws/logs')],
    ['an invalid token', () => mesh.nobody.socket('/ws/logs?token=nonsense')],
    ['an empty token', () => mesh.nobody.socket('/ws/logs?token=')],
    ['a forged token', () => mesh.nobody.socket(`/ws/logs?token=${token.slice(0, -3)}abc`)],
    ['an API key in the URL', () => mesh.nobody.socket(`/ws/logs?token=${keyOf()}`)],
    [
      "an API key as subprotocol in the URL's place",
      () => mesh.nobody.socket('/ws/logs', { protocols: ['bearer', 'x'] }),
    ],
  ])('rejects %s with 401', async (_what, open) => {
    using live = open()
    expect(await live.opened()).toBe(401)
    expect(live.messages).toEqual([])
  })

  test('rejects a key without the read scope with 403', async () => {
    using live = mesh.first.agent.socket('/ws/logs')
    expect(await live.opened()).toBe(403)
  })

  test("sends only entries of the caller's org", async () => {
    using own = mesh.first.reader.socket('/ws/logs')
    using other = mesh.second.reader.socket('/ws/logs?org=Acme')
    await Promise.all([own.opened(), other.opened()])
    await post('for Acme')
    await mesh.second.agent.post('/log', { sender: 'agent.rival', payload: 'for Rival' })
    await Promise.all([own.messagesUpTo(1), other.messagesUpTo(1)])
    expect(payloads(own.messages)).toEqual(['for Acme'])
    expect(payloads(other.messages)).toEqual(['for Rival'])
  })

  test('closes only the socket that sent a binary frame', async () => {
    using bad = mesh.first.reader.socket('/ws/logs')
    using good = mesh.first.reader.socket('/ws/logs')
    await Promise.all([bad.opened(), good.opened()])
    bad.socket.send(Buffer.from([1, 2, 3]))
    expect((await bad.close()).code).toBe(1003)
    await post('still there')
    await good.messagesUpTo(1)
    expect(payloads(good.messages)).toEqual(['still there'])
  })

  test('closes a socket with 1009 for a message over 64 KiB', async () => {
    using bad = mesh.first.reader.socket('/ws/logs')
    await bad.opened()
    bad.socket.send('x'.repeat(64 * 1024 + 1))
    expect((await bad.close()).code).toBe(1009)
    expect((await mesh.nobody.get('/health')).status).toBe(200)
  })

  test('answers pings', async () => {
    using live = mesh.first.reader.socket('/ws/logs')
    await live.opened()
    const pong = new Promise((resolve) => live.socket.once('pong', (data) => resolve(String(data))))
    live.socket.ping('are you there')
    expect(await pong).toBe('are you there')
  })

  test('starts after a given cursor or seq and rejects anything else', async () => {
    await post('kept 1')
    await post('kept 2')
    const { logs } = await json<{ logs: { cursor: string; seq: number }[] }>(mesh.first.reader.get('/logs?per_page=2'))
    for (const after of [logs[1]?.cursor, logs[1]?.seq]) {
      using live = mesh.first.reader.socket(`/ws/logs?after=${after}`)
      await live.messagesUpTo(1)
      expect(payloads(live.messages)).toEqual(['kept 2'])
    }
    using wrong = mesh.first.reader.socket('/ws/logs?after=yesterday')
    expect(await wrong.opened()).toBe(422)
  })

  test('another path cannot be upgraded', async () => {
    using live = mesh.first.reader.socket('/ws/other')
    expect(await live.opened()).toBe(404)
  })

  test('a stopping server closes with 1001', async () => {
    await using other = await startMesh()
    using live = other.first.reader.socket('/ws/logs')
    await live.opened()
    await other.stop()
    expect((await live.close()).code).toBe(1001)
  })
})

function keyOf(): string {
  return mesh.first.reader.headers['x-api-key'] ?? ''
}
