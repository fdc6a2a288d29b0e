import { createHmac } from 'node:crypto'
import { statSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import jwt from 'jsonwebtoken'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashApiKey } from '../src/auth/api-key-text.ts'
import { json, type Client } from './client.ts'
import { handClock, PASSWORD, setupToken, startMesh, type Mesh } from './start-mesh.ts'
import { until } from './until.ts'

let mesh: Mesh
const clock = handClock()
beforeAll(async () => (mesh = await startMesh({ clock })))
afterAll(() => mesh[Symbol.asyncDispose]())

const bearer = (token: string) => mesh.nobody.with({ authorization: `Bearer ${token}` })
const signIn = (username: string, password: string, headers: Record<string, string> = {}) =>
  mesh.nobody.post('/trpc/auth.signIn', { username, password }, headers)
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('an access token is refused', () => {
  const claims = () => ({ sub: mesh.first.owner, org: 'Acme', exp: Math.floor(clock.now() / 1000) + 600 })
  const key = () => Buffer.from(readFileSync(join(mesh.folder, 'signing-key'), 'utf8'), 'base64')
  const signed = (header: object, body: object, secret: Buffer | string, hash = 'sha256') => {
    const input = `${base64url(header)}.${base64url(body)}`
    return `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`
  }

  test('only if it is invalid: a handmade token signed with the right key is accepted', async () => {
    expect((await bearer(signed({ alg: 'HS256', typ: 'JWT' }, claims(), key())).get('/logs')).status).toBe(200)
  })

  test.each<[string, () => string]>([
    ['with alg none', () => `${base64url({ alg: 'none', typ: 'JWT' })}.${base64url(claims())}.`],
    ['with alg None and a signature', () => signed({ alg: 'None', typ: 'JWT' }, claims(), key())],
    ['without a signature', () => signed({ alg: 'HS256', typ: 'JWT' }, claims(), key()).replace(/[^.]+$/, '')],
    ['signed with another key', () => signed({ alg: 'HS256', typ: 'JWT' }, claims(), 'another')],
    ['signed with an empty key', () => signed({ alg: 'HS256', typ: 'JWT' }, claims(), '')],
    [
      'signed with our key and another algorithm',
      () => signed({ alg: 'HS512', typ: 'JWT' }, claims(), key(), 'sha512'),
    ],
    ['that claims RS256', () => signed({ alg: 'RS256', typ: 'JWT' }, claims(), key())],
    [
      'with a changed payload',
      () => {
        const [head, , signature] = signed({ alg: 'HS256', typ: 'JWT' }, claims(), key()).split('.')
        return `${head}.${base64url({ ...claims(), sub: mesh.second.owner })}.${signature}`
      },
    ],
    ['that has expired', () => signed({ alg: 'HS256', typ: 'JWT' }, { ...claims(), exp: 1 }, key())],
    ['without an expiry', () => jwt.sign({ sub: mesh.first.owner, org: 'Acme' }, key())],
    [
      'for a user that does not exist',
      () => signed({ alg: 'HS256', typ: 'JWT' }, { ...claims(), sub: 'ghost' }, key()),
    ],
    [
      'for an org that the user is not in',
      () => signed({ alg: 'HS256', typ: 'JWT' }, { ...claims(), org: 'Rival' }, key()),
    ],
    ['whose payload is an array', () => signed({ alg: 'HS256', typ: 'JWT' }, [1], key())],
    ['that is not a JWT', () => 'a.b.c'],
    ['that is very long', () => 'x'.repeat(10_000)],
  ])('%s', async (_what, token) => {
    const reply = await bearer(token()).get('/logs')
    expect(reply.status).toBe(401)
    expect(reply.headers.get('www-authenticate')).toBe('Bearer')
    expect(await json(reply)).toMatchObject({ detail: 'Could not validate credentials' })
  })

  test.each([
    ['Basic dXNlcjpwYXNz', 'Not authenticated'],
    ['nonsense', 'Not authenticated'],
    ['Bearer', 'Could not validate credentials'],
    ['Bearer  ', 'Could not validate credentials'],
    ['Bearer a b', 'Could not validate credentials'],
  ])('if the header is %j, even with a valid cookie: %s', async (authorization, detail) => {
    const browser = await mesh.first.browser()
    expect((await browser.get('/logs')).status).toBe(200)
    const reply = await browser.get('/logs', { authorization })
    expect(reply.status).toBe(401)
    expect(reply.headers.get('www-authenticate')).toBe('Bearer')
    expect(await json(reply)).toMatchObject({ detail })
    const call = await browser.get('/trpc/org.get', { authorization })
    expect(await json(call)).toMatchObject({ error: { message: detail } })
  })
})

describe('an API key', () => {
  test('stops working at its revocation, which also closes every socket that it opened', async () => {
    const key = await mesh.first.key(['read', 'ingest'])
    using legacy = key.socket('/ws/logs')
    using tail = key.tail()
    using other = mesh.first.reader.socket('/ws/logs')
    await Promise.all([legacy.opened(), other.opened(), tail.begun()])
    await mesh.first.manager.trpc.apiKeys.revoke.mutate({ id: key.id })
    expect((await key.get('/logs')).status).toBe(401)
    expect((await key.post('/log', { sender: 'a', payload: 'x' })).status).toBe(401)
    expect((await legacy.close()).code).toBe(1008)
    await until(() => tail.closes > 0, 'the tail is closed')
    expect(other.closed).toBeUndefined()
  })

  test('with a typo fails its checksum, without a lookup', async () => {
    const { key } = await mesh.first.key(['read'])
    expect(hashApiKey(key)).toBeDefined()
    const swapped = `${key.slice(0, 10)}${key[10] === 'a' ? 'b' : 'a'}${key.slice(11)}`
    expect(hashApiKey(swapped)).toBeUndefined()
    for (const wrong of [swapped, key.slice(0, -1), `${key}0`, key.toLowerCase(), 'smk_', `smk_${'0'.repeat(49)}`])
      expect((await bearer(wrong).get('/logs')).status).toBe(401)
  })

  test('is accepted as a bearer token and as X-API-Key, and is never listed in full', async () => {
    const { key } = await mesh.first.key(['read'])
    expect((await bearer(key).get('/logs')).status).toBe(200)
    expect((await mesh.nobody.get('/logs', { 'x-api-key': key })).status).toBe(200)
    const listed = JSON.stringify(await mesh.first.manager.trpc.apiKeys.list.query())
    expect(listed).not.toContain(key.slice(8, -4))
  })
})

describe('a browser', () => {
  const cookieOf = (reply: Response) => reply.headers.getSetCookie()[0] ?? ''

  test('gets an HttpOnly, SameSite=Strict cookie named after the port', async () => {
    const reply = await signIn(mesh.first.owner, PASSWORD)
    expect(cookieOf(reply)).toMatch(
      new RegExp(`^sentinelmesh-${mesh.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=\\d+$`),
    )
    expect(await reply.text()).not.toContain(cookieOf(reply).split(/[=;]/)[1])
  })

  test('behind HTTPS gets a Secure cookie with the __Host- prefix', async () => {
    await using proxied = await startMesh({ settings: { PUBLIC_URL: 'https://sentinel.example' } })
    const reply = await proxied.nobody.post('/trpc/auth.signIn', { username: proxied.first.owner, password: PASSWORD })
    expect(cookieOf(reply)).toMatch(
      /^__Host-sentinelmesh=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$/,
    )
  })

  test('of another origin is not authenticated, even if CORS_ORIGINS lists the origin', async () => {
    await using shared = await startMesh({ settings: { CORS_ORIGINS: 'https://pages.example' } })
    const browser = await shared.first.browser()
    expect((await browser.get('/logs', { origin: shared.url })).status).toBe(200)
    for (const origin of ['https://pages.example', 'https://evil.example', 'null'])
      expect((await browser.get('/logs', { origin })).status).toBe(401)
    const write = await browser.post(
      '/trpc/apiKeys.create',
      { name: 'x', scopes: ['read'] },
      { origin: 'https://pages.example' },
    )
    expect(write.status).toBe(401)
    using socket = browser.socket('/ws/logs', { headers: { origin: 'https://pages.example' } })
    expect(await socket.opened()).toBe(401)
  })

  test('that signs out is no longer authenticated, and its sockets are closed', async () => {
    const username = mesh.first.owner
    const cookie = cookieOf(await signIn(username, PASSWORD)).split(';')[0] ?? ''
    const browser = mesh.nobody.with({ cookie })
    using legacy = browser.socket('/ws/logs')
    using other = (await mesh.first.browser()).socket('/ws/logs')
    await Promise.all([legacy.opened(), other.opened()])
    const reply = await browser.post('/trpc/auth.signOut', '')
    expect(cookieOf(reply)).toMatch(/Max-Age=0/)
    expect((await browser.get('/logs')).status).toBe(401)
    expect((await legacy.close()).code).toBe(1008)
    expect(other.closed).toBeUndefined()
  })

  test('that is idle for 12 hours must sign in again', async () => {
    const cookie = cookieOf(await signIn(mesh.first.owner, PASSWORD)).split(';')[0] ?? ''
    const browser = mesh.nobody.with({ cookie })
    clock.advance(11 * 3600_000)
    expect((await browser.get('/logs')).status).toBe(200)
    clock.advance(13 * 3600_000)
    expect((await browser.get('/logs')).status).toBe(401)
  })

  test('cannot select an org that its user is not in', async () => {
    const browser = await mesh.second.browser()
    expect((await signIn(mesh.second.owner, PASSWORD)).status).toBe(200)
    for (const slug of ['acme', 'nowhere', '__proto__', '1'])
      expect((await browser.get('/logs', { 'x-sentinelmesh-org': slug })).status).not.toBe(200)
  })
})

describe('signing in', () => {
  test('is rate limited with 429 after failed guesses, but not for the owner at another address', async () => {
    await using proxied = await startMesh({ settings: { TRUST_PROXY: '127.0.0.1' }, clock })
    const from = (address: string, password: string) =>
      proxied.nobody.post(
        '/trpc/auth.signIn',
        { username: proxied.first.owner, password },
        { 'x-forwarded-for': address },
      )
    const statuses: number[] = []
    for (let guess = 0; guess < 8; guess += 1) statuses.push((await from('203.0.113.5', `guess ${guess}!`)).status)
    expect(statuses.slice(0, 4)).toEqual([401, 401, 401, 401])
    expect(statuses).toContain(429)
    const slowed = await from('203.0.113.5', PASSWORD)
    expect(slowed.status).toBe(429)
    expect((await from('198.51.100.7', PASSWORD)).status).toBe(200)
    clock.advance(31_000)
    expect((await from('203.0.113.5', PASSWORD)).status).toBe(200)
  })

  test('over /token shares that rate limit and sends Retry-After', async () => {
    const guess = (password: string) =>
      fetch(`${mesh.url}/token`, {
        method: 'POST',
        body: new URLSearchParams({ username: mesh.first.owner, password }),
      })
    for (let count = 0; count < 4; count += 1) expect((await guess('wrong password')).status).toBe(401)
    const slowed = await guess(PASSWORD)
    expect(slowed.status).toBe(429)
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(0)
    clock.advance(31_000)
    expect((await guess(PASSWORD)).status).toBe(200)
  })

  test('gives the same reply for an unknown user, a wrong password and an invalid username', async () => {
    const texts = await Promise.all(
      [
        signIn('ghost', PASSWORD),
        signIn(mesh.second.owner, 'wrong password'),
        signIn(`${mesh.second.owner}\u0000`, PASSWORD),
      ].map(
        async (reply) =>
          `${(await reply).status} ${(await (await reply).text()).replaceAll(/"requestId":"[^"]+"/g, '')}`,
      ),
    )
    expect(new Set(texts).size).toBe(1)
    expect(texts[0]).toMatch(/^401 .*Incorrect username or password/)
  })
})

describe('the remote address', () => {
  const addressOf = async (mesh: Mesh, forwarded: string | undefined) => {
    const { log_id } = await json<{ log_id: string }>(
      mesh.first.agent.post(
        '/log',
        { sender: 'a', payload: 'x' },
        forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
      ),
    )
    return (await json<{ remote_address: string }>(mesh.first.reader.get(`/api/v1/logs/${log_id}`))).remote_address
  }

  test('is the peer, whatever X-Forwarded-For says, unless the peer is a trusted proxy', async () => {
    expect(await addressOf(mesh, '203.0.113.9')).toBe('127.0.0.1')
  })

  test.each([
    [undefined, '127.0.0.1'],
    ['203.0.113.9', '203.0.113.9'],
    ['1.2.3.4, 203.0.113.9', '203.0.113.9'],
    ['1.2.3.4, 203.0.113.9, 10.1.2.3', '203.0.113.9'],
    ['10.1.2.3', '127.0.0.1'],
    ['nonsense', '127.0.0.1'],
    ['2001:db8::7', '2001:db8::7'],
    ['203.0.113.9, nonsense', '127.0.0.1'],
    ['1.2.3.4, 203.0.113.9:4711', '203.0.113.9'],
    ['1.2.3.4, [2001:db8::7]:443', '2001:db8::7'],
  ])('behind trusted proxies with X-Forwarded-For %j is %s', async (forwarded, expected) => {
    proxied ??= startMesh({ settings: { TRUST_PROXY: '127.0.0.1, 10.0.0.0/8' } })
    expect(await addressOf(await proxied, forwarded)).toBe(expected)
  })
  let proxied: Promise<Mesh> | undefined
  afterAll(async () => (await proxied)?.[Symbol.asyncDispose]())
})

describe('an anonymous org', () => {
  let open: Mesh
  const legacyPaths = ['/logs', '/alerts', '/stats'] as const
  beforeAll(
    async () =>
      (open = await startMesh({ settings: { ANONYMOUS_ORG: 'acme', CORS_ORIGINS: 'https://pages.example' } })),
  )
  afterAll(() => open[Symbol.asyncDispose]())
  const entry = { sender: 'old.agent', payload: 'hello' }

  test("is writable and readable without a credential over the original product's endpoints and socket", async () => {
    using live = open.nobody.socket('/ws/logs')
    expect(await live.opened()).toBe(101)
    expect((await open.nobody.post('/log', entry)).status).toBe(200)
    await live.messagesUpTo(1)
    for (const path of legacyPaths)
      expect(await json(open.nobody.get(path))).not.toMatchObject({ code: 'unauthenticated' })
    expect(await json(open.nobody.get('/stats'))).toMatchObject({ org: 'Acme' })
  })

  test('is open to pages of an origin in CORS_ORIGINS, which can read the replies', async () => {
    const page = open.nobody.with({ origin: 'https://pages.example' })
    using live = page.socket('/ws/logs')
    expect(await live.opened()).toBe(101)
    expect((await page.post('/log', entry)).status).toBe(200)
    await live.messagesUpTo(1)
    for (const path of legacyPaths) {
      const reply = await page.get(path)
      expect(reply.status).toBe(200)
      expect(reply.headers.get('access-control-allow-origin')).toBe('https://pages.example')
    }
    expect((await page.get('/api/v1/logs')).status).toBe(401)
  })

  test('causes a warning at startup', () => {
    expect(open.logged()).toContain('SENTINELMESH_ANONYMOUS_ORG is set')
  })

  test.each<[string, Record<string, string>]>([
    ['a forwarded address', { 'x-forwarded-for': '203.0.113.9' }],
    ['a Forwarded header', { forwarded: 'for=203.0.113.9' }],
    ['a real address', { 'x-real-ip': '203.0.113.9' }],
    ['another origin', { origin: 'https://evil.example' }],
    [
      'a forwarded address from an allowed origin',
      { 'x-forwarded-for': '203.0.113.9', origin: 'https://pages.example' },
    ],
    ['a bad credential', { authorization: 'Bearer x' }],
    ['a credential of another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
  ])('is closed to requests with %s', async (_what, headers) => {
    for (const path of legacyPaths) expect((await open.nobody.get(path, headers)).status).toBe(401)
    expect([401, 403]).toContain((await open.nobody.post('/log', entry, headers)).status)
    using live = open.nobody.socket('/ws/logs', { headers })
    expect([401, 403]).toContain(await live.opened())
  })

  test('accepts application/json only, so that no page can post to it without a CORS preflight', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', ''])
      expect((await open.nobody.post('/log', JSON.stringify(entry), { 'content-type': type })).status).toBe(415)
  })

  test('leaves all other endpoints closed', async () => {
    const closed: [string, (client: Client) => Promise<Response>][] = [
      ['POST /api/v1/logs', (client) => client.post('/api/v1/logs', [entry])],
      ['GET /api/v1/logs', (client) => client.get('/api/v1/logs')],
      ['logs.page', (client) => client.get('/trpc/logs.page?input={}')],
      ['logs.report', (client) => client.post('/trpc/logs.report', [entry])],
      ['apiKeys.list', (client) => client.get('/trpc/apiKeys.list')],
    ]
    for (const [, call] of closed) expect((await call(open.nobody)).status).toBe(401)
    const { total } = await json<{ total: number }>(open.second.reader.get('/logs'))
    expect(total).toBe(0)
  })
})

describe('setup', () => {
  const about = { org: 'First', username: 'first', password: PASSWORD }

  test("accepts the link's token once, signs in, and returns a key that can report", async () => {
    await using fresh = await startMesh({ bare: true })
    const token = await setupToken(fresh)
    expect((await fresh.nobody.post('/trpc/auth.setup', { ...about, token: `${token}x` })).status).toBe(403)
    expect((await fresh.nobody.post('/trpc/auth.setup', { ...about, token, password: 'too short' })).status).toBe(422)
    const reply = await fresh.nobody.post('/trpc/auth.setup', { ...about, token })
    expect(reply.status).toBe(200)
    const { result } = await json<{ result: { data: { apiKey: { key: string }; me: object } } }>(reply)
    expect(result.data.me).toMatchObject({ username: 'first', role: 'owner', org: { name: 'First', slug: 'first' } })
    const browser = fresh.nobody.with({ cookie: cookieIn(reply) })
    expect((await browser.get('/logs')).status).toBe(200)
    const key = { 'x-api-key': result.data.apiKey.key }
    expect((await fresh.nobody.post('/log', { sender: 'a', payload: 'x' }, key)).status).toBe(200)
    expect((await fresh.nobody.get('/logs', key)).status).toBe(403)
    expect((await fresh.nobody.post('/trpc/auth.setup', { ...about, username: 'second', token })).status).toBe(403)
  })

  test('creates one owner if many use the same link at the same time', async () => {
    await using fresh = await startMesh({ bare: true })
    const token = await setupToken(fresh)
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        fresh.nobody.post('/trpc/auth.setup', { ...about, org: `Org ${index}`, username: `user-${index}`, token }),
      ),
    )
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, ...Array.from({ length: 7 }, () => 403)])
  })

  test('accepts the newest link only', async () => {
    await using fresh = await startMesh({ bare: true })
    const older = await setupToken(fresh)
    const newest = await setupToken(fresh)
    expect((await fresh.nobody.post('/trpc/auth.setup', { ...about, token: older })).status).toBe(403)
    expect((await fresh.nobody.post('/trpc/auth.setup', { ...about, token: newest })).status).toBe(200)
  })

  function cookieIn(reply: Response): string {
    return reply.headers.get('set-cookie')?.split(';')[0] ?? ''
  }
})

test('only the owner of the data folder has access to it', () => {
  const mode = (name: string) => statSync(join(mesh.folder, name)).mode & 0o777
  expect(mode('.')).toBe(0o700)
  for (const name of ['signing-key', 'server.sock', 'lock', 'sentinelmesh.db']) expect(mode(name) & 0o077).toBe(0)
})
