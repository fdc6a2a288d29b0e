import { strict as assert } from 'node:assert'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { json } from './client.ts'
import { parseReply, rawConnection, rawRequest } from './request.ts'
import { startMesh, type Mesh } from './start-mesh.ts'
import { until } from './until.ts'

const MiB = 1024 * 1024
/** Matches implementation details that a reply must not reveal. */
const INTERNALS =
  /node_modules|\.[tj]s\b|\bat \S+ \(|\bSELECT\b|\bINSERT\b|sqlite|\/tmp\/|sentinelmesh-test|zod|fastify|undefined/i

let mesh: Mesh
beforeAll(async () => (mesh = await startMesh()))
afterAll(() => mesh[Symbol.asyncDispose]())
// After every test, the server must still reply and store entries.
let posted = 0
let known = 0
afterEach(async () => {
  posted += 1
  const payload = `still here ${posted}`
  assert.equal((await mesh.first.agent.post('/log', { sender: 'agent.steady', payload })).status, 200)
  const { logs } = await json<{ logs: { payload: string }[] }>(mesh.first.reader.get('/logs?per_page=1'))
  assert.equal(logs[0]?.payload, payload)
  const faults = mesh.faults().slice(known)
  known += faults.length
  assert.deepEqual(faults, [])
})

type Sent = [
  what: string,
  body: string | Uint8Array,
  status: number,
  sentence: RegExp,
  headers?: Record<string, string>,
]
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const entry = (fields: string) => `{"sender":"agent.x","payload":"x"${fields}}`

/** Reads the reply to a rejected request. It must not reveal implementation details. */
async function refusal(reply: Response): Promise<{ status: number; sentence: string; revealsInternals: boolean }> {
  const text = await reply.text()
  const { detail } = JSON.parse(text) as { detail: string | { loc: unknown[]; msg: string }[] }
  const sentence = typeof detail === 'string' ? detail : detail.map(({ msg }) => msg).join(' ')
  return { status: reply.status, sentence, revealsInternals: INTERNALS.test(text) }
}

describe('/log refuses', () => {
  const cases: Sent[] = [
    ['nothing at all', '', 422, /ends too early/],
    ['a truncated object', '{"sender":"a","pay', 422, /not JSON/],
    ['text that is not JSON', 'sender=a&payload=b', 422, /not JSON/],
    ['an array', '[]', 422, /has to be a JSON object/],
    ['null', 'null', 422, /has to be a JSON object/],
    ['a number', '42', 422, /has to be a JSON object/],
    ['no sender', '{"payload":"x"}', 422, /sender is required/],
    ['no payload', '{"sender":"a"}', 422, /payload is required/],
    ['an empty sender', '{"sender":"","payload":"x"}', 422, /sender has to be at least 1 characters/],
    [
      'a sender of 257 characters',
      `{"sender":"${'s'.repeat(257)}","payload":"x"}`,
      422,
      /sender has to be at most 256/,
    ],
    ['a number as sender', '{"sender":1,"payload":"x"}', 422, /sender has to be a text/],
    ['null as payload', '{"sender":"a","payload":null}', 422, /payload has to be a text, an object or an array/],
    ['a number as payload', '{"sender":"a","payload":5}', 422, /payload has to be/],
    ['a number as context', entry(',"context":7'), 422, /context has to be a text/],
    ['NUL in the sender', '{"sender":"a\\u0000b","payload":"x"}', 422, /sender must not hold a NUL/],
    ['NUL in the context', entry(',"context":"a\\u0000"'), 422, /context must not hold a NUL/],
    ['an id of 129 characters', entry(`,"id":"${'i'.repeat(129)}"`), 422, /id has to be at most 128/],
    ['65 extra fields', entry(Array.from({ length: 65 }, (_, n) => `,"k${n}":1`).join('')), 422, /at most 64 keys/],
    ['a payload nested 65 deep', `{"sender":"a","payload":${nested(65)}}`, 422, /nest at most 64 levels/],
    ['a payload nested 100,000 deep', `{"sender":"a","payload":${nested(100_000)}}`, 422, /64 levels/],
    ['a field nested 100,000 deep', entry(`,"x":${nested(100_000)}`), 422, /64 levels/],
    ['100,000 open brackets', '['.repeat(100_000), 422, /not JSON|ends too early/],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 422, /not valid UTF-8/],
    [
      'a raw surrogate',
      Buffer.concat([Buffer.from('{"sender":"a","payload":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
      422,
      /not valid UTF-8/,
    ],
    ['UTF-16', Buffer.from('{"sender":"a","payload":"b"}', 'utf16le'), 422, /not JSON|UTF-8/],
    ['10 MiB', entry(`,"pad":"${'x'.repeat(10 * MiB)}"`), 413, /2 MiB/],
    ['an entry of more than 320 KiB', entry(`,"a":"${'x'.repeat(330 * 1024)}"`), 413, /320 KiB/],
    ['a gzip bomb', gzipSync(Buffer.alloc(64 * MiB, 'x')), 413, /MiB/, { 'content-encoding': 'gzip' }],
    [
      'a body that is not gzip despite its Content-Encoding',
      '{"sender":"a","payload":"x"}',
      422,
      /not valid gzip/,
      { 'content-encoding': 'gzip' },
    ],
    ['truncated gzip data', gzipSync(entry('')).subarray(0, 20), 422, /not valid gzip/, { 'content-encoding': 'gzip' }],
    ['an unsupported encoding', 'x', 415, /gzip, deflate or br/, { 'content-encoding': 'zstd' }],
    ['two encodings', gzipSync(gzipSync('x')), 415, /once/, { 'content-encoding': 'gzip, gzip' }],
    ['an encoding named constructor', 'x', 415, /gzip, deflate or br/, { 'content-encoding': 'constructor' }],
    ['an encoding named __proto__', 'x', 415, /gzip, deflate or br/, { 'content-encoding': '__proto__' }],
  ]
  test.each(cases)('%s', async (_what, body, status, sentence, headers) => {
    expect(await refusal(await mesh.first.agent.post('/log', body, headers))).toEqual({
      status,
      sentence: expect.stringMatching(sentence),
      revealsInternals: false,
    })
  })
})

describe('/api/v1/logs refuses', () => {
  const NDJSON = { 'content-type': 'application/x-ndjson' }
  const heartbeat = '{"sender":"agent.x","payload":"alive"}'
  const cases: Sent[] = [
    ['nothing at all', '', 422, /ends too early/],
    ['a string', '"x"', 422, /array of entries/],
    ['an array that does not end', `[${heartbeat},`, 422, /not JSON/],
    ['two arrays', `[${heartbeat}][${heartbeat}]`, 422, /not JSON/],
    ['100,000 nested arrays', nested(100_000), 422, /deeper than 64 levels/],
    [
      '1,001 entries in an array',
      `[${Array.from({ length: 1001 }, () => heartbeat).join(',')}]`,
      413,
      /1001 entries; at most 1000/,
    ],
    ['1,001 lines of entries', `${heartbeat}\n`.repeat(1001), 413, /1001 entries; at most 1000/, NDJSON],
    ['10 MiB', `[${'x'.repeat(10 * MiB)}]`, 413, /8 MiB/],
    [
      'a bomb that expands to more than 8 MiB',
      gzipSync(Buffer.alloc(9 * MiB, 'x')),
      413,
      /8 MiB/,
      { 'content-encoding': 'gzip' },
    ],
    ['a bomb in Brotli', brotliCompressSync(Buffer.alloc(64 * MiB)), 413, /8 MiB/, { 'content-encoding': 'br' }],
    [
      'a body over 1 MiB that expands more than 100 times',
      deflateSync(Buffer.alloc(2 * MiB, 'x')),
      413,
      /100 times/,
      { 'content-encoding': 'deflate' },
    ],
    ['a form', 'a=b', 415, /application\/json/, { 'content-type': 'application/x-www-form-urlencoded' }],
    ['an invalid content type', '[]', 415, /./, { 'content-type': 'json' }],
    ['bytes that are not UTF-8', Buffer.from([0x5b, 0x22, 0x80, 0x22, 0x5d]), 422, /UTF-8/],
  ]
  test.each(cases)('%s', async (_what, body, status, sentence, headers) => {
    expect(await refusal(await mesh.first.agent.post('/api/v1/logs', body, headers))).toEqual({
      status,
      sentence: expect.stringMatching(sentence),
      revealsInternals: false,
    })
  })

  test('but not 1,000 equal heartbeats, despite their compression ratio', async () => {
    const body = gzipSync(`[${Array.from({ length: 1000 }, () => heartbeat).join(',')}]`)
    const reply = await mesh.first.agent.post('/api/v1/logs', body, { 'content-encoding': 'gzip' })
    expect(await json(reply)).toMatchObject({ accepted: 1000, rejected: [] })
  })

  const rejectedEntries: [string, string, RegExp][] = [
    ['a misspelt field', entry(',"sendr":"b"'), /sendr is not a field/],
    ['a field named __proto__', entry(',"__proto__":{"sender":"b"}'), /__proto__ is not a field/],
    ['a field named constructor', entry(',"constructor":1'), /constructor is not a field/],
    ['a risk of 101', entry(',"risk":101'), /risk has to be at most 100/],
    ['a risk of 1e400', entry(',"risk":1e400'), /risk/],
    ['an unknown kind', entry(',"kind":"event"'), /kind has to be one of message, prompt/],
    ['an array as attributes', entry(',"attributes":[]'), /attributes has to be an object/],
    ['attributes nested 5 deep', entry(',"attributes":{"a":{"b":{"c":{"d":{}}}}}'), /at most 4 levels/],
    ['a timestamp far ahead', entry(',"timestamp":"9999-12-31T23:59:59Z"'), /24 h in the future/],
    ['a timestamp of 1e300', entry(',"timestamp":1e300'), /ISO 8601/],
    [
      'a timestamp of a thousand characters',
      entry(`,"timestamp":"${'1'.repeat(1000)}"`),
      /timestamp has to be at most 64/,
    ],
    ['a log source with an unknown part', entry(',"logsource":{"vendor":"x"}'), /vendor is not a field/],
    ['an entry that is a number', '7', /has to be a JSON object/],
  ]
  test.each(rejectedEntries)('%s, but stores the entries next to it', async (_what, bad, sentence) => {
    const reply = await json<{ accepted: number; rejected: { index: number; reason: string }[]; results: unknown[] }>(
      mesh.first.agent.post('/api/v1/logs', `[${heartbeat},${bad},${heartbeat}]`),
    )
    expect(reply.accepted).toBe(2)
    expect(reply.rejected).toEqual([{ index: 1, reason: expect.stringMatching(sentence) }])
    expect(reply.results.map((result) => result === null)).toEqual([false, true, false])
  })
})

describe('text is stored unchanged', () => {
  const report = async (text: string) => {
    const reply = await json<{ results: { log_id: string }[] }>(mesh.first.agent.post('/api/v1/logs', `[${text}]`))
    return json<Record<string, unknown>>(mesh.first.reader.get(`/api/v1/logs/${reply.results[0]?.log_id}`))
  }

  test('except that a lone surrogate becomes U+FFFD, which the entry reports', async () => {
    const text = await report('{"sender":"a\\ud800","payload":"x\\udfff y \\ud83d\\ude00","context":"\\udc00"}')
    expect(text).toMatchObject({ sender: 'a\uFFFD', payload: 'x\uFFFD y 😀', context: '\uFFFD', text_repaired: true })
    const inJson = await report(
      '{"sender":"a","payload":{"k\\ud800":"\\uDBFF\\ud83d\\ude00","e":"\\\\ud800"},"attributes":{"x":["\\udead"]}}',
    )
    expect(JSON.parse(String(inJson['payload']))).toEqual({ 'k\uFFFD': '\uFFFD😀', e: '\\ud800' })
    expect(inJson).toMatchObject({ attributes: { x: ['\uFFFD'] }, text_repaired: true })
  })

  test('with NUL, bidirectional and control characters and composed emoji in a payload', async () => {
    const payload = 'a\0b \u202Eevil\u202C \u0007 \u2066x\u2069 👩‍👩‍👧'
    const stored = await report(JSON.stringify({ sender: 'a', payload, attributes: { 'k\u202E': 'v\0' } }))
    expect(stored).toMatchObject({ payload, attributes: { 'k\u202E': 'v\0' } })
    expect(stored).not.toHaveProperty('text_repaired')
  })

  test('with keys named __proto__ and constructor', async () => {
    const payload = '{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}}}'
    const stored = await report(`{"sender":"a","payload":${payload},"attributes":${payload}}`)
    expect(stored['payload']).toBe(payload)
    expect(JSON.stringify(stored['attributes'])).toBe(payload)
    expect(Object.prototype).not.toHaveProperty('admin')
    const old = await mesh.first.agent.post('/log', '{"sender":"a","payload":"x","__proto__":{"admin":true}}')
    expect(old.status).toBe(200)
  })

  test('with numbers beyond 2^53 and duplicate keys', async () => {
    const payload = '{"n":12345678901234567890,"f":1.10,"e":1e400,"k":1,"k":2}'
    expect((await report(`{"sender":"a","payload":${payload}}`))['payload']).toBe(payload)
  })
})

describe('a tRPC call', () => {
  const cases: [string, string, string | undefined, number][] = [
    ['of an unknown procedure', '/trpc/logs.nothing', undefined, 404],
    ['of __proto__', '/trpc/__proto__', undefined, 404],
    ['of constructor', '/trpc/constructor', undefined, 404],
    ['of a procedure within a procedure', '/trpc/logs.page.call', undefined, 404],
    ['with an input that is not JSON', '/trpc/logs.page?input=%7Bnot', undefined, 422],
    ['with a number as input', '/trpc/logs.page?input=5', undefined, 422],
    ['with a wrong field', `/trpc/logs.page?input=${encodeURIComponent('{"limit":"many"}')}`, undefined, 422],
    ['with a limit of 501', `/trpc/logs.page?input=${encodeURIComponent('{"limit":501}')}`, undefined, 422],
    ['with a body that is not JSON', '/trpc/logs.report', '{not', 422],
    ['with no body', '/trpc/logs.report', '', 422],
    ['with 1,001 entries', '/trpc/logs.report', JSON.stringify(Array.from({ length: 1001 }, () => ({}))), 422],
    ['of a query by POST', '/trpc/logs.page', '{}', 405],
    ['of a mutation by GET', '/trpc/logs.report?input=[]', undefined, 405],
    [
      'of 21 procedures in one batch',
      `/trpc/${Array.from({ length: 21 }, () => 'auth.status').join(',')}?batch=1`,
      undefined,
      422,
    ],
    ['with 10 MiB', '/trpc/logs.report', `[${' '.repeat(10 * MiB)}]`, 413],
  ]
  test.each(cases)('%s is refused', async (_what, path, body, status) => {
    const caller = await mesh.first.browser()
    const reply = body === undefined ? await caller.get(path) : await caller.post(path, body)
    const text = await reply.text()
    expect(reply.status).toBe(status)
    expect(text).not.toMatch(INTERNALS)
  })

  test('of a subscription over plain HTTP ends at once with an error', async () => {
    const reply = await mesh.first.reader.get('/trpc/logs.tail?input={}')
    expect(await reply.text()).toContain('"code":"method_not_allowed"')
  })

  test('with an entry nested 100,000 deep rejects only that entry', async () => {
    const body = `[{"sender":"a","payload":${nested(100_000)}},{"sender":"a","payload":"good"},{"sender":"a","payload":"x","attributes":{"deep":${nested(100_000)}}}]`
    const reply = await mesh.first.agent.post('/trpc/logs.report', body)
    const { result } = await json<{ result: { data: { accepted: number; rejected: { reason: string }[] } } }>(reply)
    expect(result.data.accepted).toBe(1)
    expect(result.data.rejected.map(({ reason }) => reason).join()).toMatch(/nest.*levels.*nest.*levels/)
  })
})

describe('on the wire', () => {
  const key = () => `X-API-Key: ${mesh.first.agent.headers['x-api-key']}`
  const head = (length: number) => [
    'POST /log HTTP/1.1',
    `Host: 127.0.0.1:${mesh.port}`,
    key(),
    'Content-Type: application/json',
    `Content-Length: ${length}`,
  ]

  test('two pipelined requests are both answered, in order', async () => {
    using connection = await rawConnection(mesh.port)
    const requests = ['first', 'second'].map((payload) => {
      const body = JSON.stringify({ sender: 'agent.pipe', payload })
      return `${head(body.length).join('\r\n')}\r\n\r\n${body}`
    })
    connection.write(requests.join(''))
    await until(() => connection.received().split('HTTP/1.1 200').length === 3, 'both replies arrive')
    const { logs } = await json<{ logs: { payload: string }[] }>(mesh.first.reader.get('/logs?per_page=2'))
    expect(logs.map(({ payload }) => payload)).toEqual(['second', 'first'])
  })

  test('a request that is cut off stores nothing', async () => {
    const { total } = await json<{ total: number }>(mesh.first.reader.get('/logs?per_page=1'))
    const connection = await rawConnection(mesh.port)
    connection.write(`${head(1000).join('\r\n')}\r\n\r\n{"sender":"a",`)
    connection[Symbol.dispose]()
    await until(() => connection.closed, 'the connection is closed')
    expect(await json(mesh.first.reader.get('/logs?per_page=1'))).toMatchObject({ total })
  })

  test('a client that disconnects during a long list causes no fault', async () => {
    const payload = 'x'.repeat(250 * 1024)
    for (let count = 0; count < 20; count += 1)
      expect((await mesh.second.agent.post('/log', { sender: 'agent.large', payload })).status).toBe(200)
    using connection = await rawConnection(mesh.port)
    connection.write(
      `GET /logs HTTP/1.1\r\nHost: 127.0.0.1:${mesh.port}\r\nX-API-Key: ${mesh.second.reader.headers['x-api-key']}\r\n\r\n`,
    )
    await until(() => connection.received().length > 1000, 'the list begins')
  })

  test('the server waits for a slow client and answers others in the meantime', async () => {
    using slow = await rawConnection(mesh.port)
    const body = JSON.stringify({ sender: 'agent.slow', payload: 'at last' })
    slow.write(`${head(body.length).join('\r\n')}\r\n\r\n`)
    const between: number[] = []
    for (const part of body.split(/(?=,)/)) {
      slow.write(part)
      between.push((await mesh.nobody.get('/health')).status)
    }
    expect(between).toEqual([200, 200])
    await until(() => slow.received().includes('\r\n\r\n'), 'the reply arrives')
    expect(parseReply(slow.received()).status).toBe(200)
  })

  test('a request that takes long to judge does not block others', async () => {
    const leaves = Array.from({ length: 20_000 }, (_, index) => `leaf ${index}`)
    const entries = Array.from({ length: 20 }, () => ({ sender: 'agent.heavy', payload: leaves }))
    let done = false
    const heavy = mesh.second.agent.post('/api/v1/logs', entries).then((reply) => {
      done = true
      return reply.status
    })
    let answered = 0
    await until(async () => {
      if ((await mesh.nobody.get('/health')).status === 200 && !done) answered += 1
      return done
    }, 'it is judged')
    expect(await heavy).toBe(200)
    expect(answered).toBeGreaterThan(5)
  })

  test('a request that never ends does not prevent a shutdown', async () => {
    await using other = await startMesh()
    using slow = await rawConnection(other.port)
    slow.write(
      `POST /log HTTP/1.1\r\nHost: 127.0.0.1:${other.port}\r\nX-API-Key: ${other.first.agent.headers['x-api-key']}\r\nContent-Length: 100\r\n\r\n{"sender"`,
    )
    expect((await other.nobody.get('/health')).status).toBe(200)
    await other.stop()
    await until(() => slow.closed, 'the connection is closed')
  })

  test.each([
    ['a request that is not HTTP', 'nonsense\r\n\r\n'],
    [
      'a request with Content-Length and chunked encoding',
      'POST /log HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a negative length', 'POST /log HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n'],
    ['a header of 100 KiB', `GET / HTTP/1.1\r\nX: ${'x'.repeat(100 * 1024)}\r\n\r\n`],
    ['a TLS hello', '\u0016\u0003\u0001\u0000\u0005hello'],
  ])('%s gets 4xx, and the connection is closed', async (_what, bytes) => {
    using connection = await rawConnection(mesh.port)
    connection.write(bytes)
    await until(() => connection.closed, 'the connection is closed')
    expect(connection.received()).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect(connection.received()).not.toMatch(INTERNALS)
  })

  test('OPTIONS without an origin, PROPFIND and TRACE get 405, and CONNECT gets no success', async () => {
    expect((await mesh.nobody.request('OPTIONS', '/log')).status).toBe(405)
    expect((await rawRequest(mesh.port, ['PROPFIND /logs HTTP/1.1'])).status).toBe(405)
    expect((await rawRequest(mesh.port, ['TRACE /logs HTTP/1.1'])).status).toBe(405)
    using connect = await rawConnection(mesh.port)
    connect.write('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n')
    await until(() => connect.closed, 'the connection is closed')
    expect(connect.received()).not.toContain('200')
  })

  test.each(['%ff%fe', '%00', '%ed%a0%80', '%', "' OR 1=1 --", '../../etc/passwd', 'x'.repeat(6000)])(
    'an ID or a search of %j is treated as plain text',
    async (text) => {
      const path = text.replaceAll(' ', '%20')
      const byId = await mesh.first.reader.get(`/api/v1/logs/${path.replaceAll('/', '%2f')}`)
      expect([404, 422]).toContain(byId.status)
      expect(await byId.text()).not.toMatch(INTERNALS)
      const search = await mesh.first.reader.get(`/api/v1/logs?q=${path}`)
      expect([200, 422]).toContain(search.status)
      expect(await search.text()).not.toMatch(INTERNALS)
    },
  )
})
