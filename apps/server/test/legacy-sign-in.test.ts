import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { json } from './client.ts'
import { handClock, PASSWORD, setupToken, startMesh, type Mesh } from './start-mesh.ts'

let mesh: Mesh
const clock = handClock()
beforeAll(async () => (mesh = await startMesh({ bare: true, settings: { REGISTRATION: 'open' }, clock })))
afterAll(() => mesh[Symbol.asyncDispose]())

let users = 0
const newcomer = (org?: string) => {
  users += 1
  return { username: `user-${users}`, password: PASSWORD, org: org ?? `Org ${users}` }
}
async function registered(org?: string) {
  const who = newcomer(org)
  expect((await mesh.nobody.post('/register', who)).status).toBe(200)
  return who
}
const signIn = (form: Record<string, string>) =>
  fetch(`${mesh.url}/token`, { method: 'POST', body: new URLSearchParams(form) })
const payloadOf = (token: string) => token.split('.')[1] ?? ''

describe('/register', () => {
  test('returns 200 with only the username and the org', async () => {
    const who = newcomer()
    const reply = await mesh.nobody.post('/register', who)
    expect(reply.status).toBe(200)
    expect(await reply.json()).toEqual({ username: who.username, org: who.org })
  })

  test('rejects an existing username with 400 and an existing org with 409, without creating the user', async () => {
    const who = await registered()
    const again = await mesh.nobody.post('/register', { ...newcomer(), username: who.username })
    expect(again.status).toBe(400)
    expect(await again.json()).toMatchObject({ detail: 'Username already registered', code: 'username_taken' })
    const other = { ...newcomer(), org: who.org }
    expect((await mesh.nobody.post('/register', other)).status).toBe(409)
    expect((await signIn(other)).status).toBe(401)
  })

  test.each([
    ['an empty username', { username: '' }, 'username'],
    ['a username of 129 characters', { username: 'u'.repeat(129) }, 'username'],
    ['a password of 11 characters', { password: 'orchard 711' }, 'password'],
    ['a common password', { password: 'qwertyuiop123' }, 'password'],
    ['a password derived from the username', { username: 'mara.lind', password: 'mara.lind.2026' }, 'password'],
    ['a password of 1,025 characters', { password: 'x'.repeat(1025) }, 'password'],
    ['a password with NUL', { password: 'before\0after1' }, 'password'],
    ['an empty org', { org: '' }, 'org'],
    ['an org of 129 characters', { org: 'o'.repeat(129) }, 'org'],
    ['a number as password', { password: 12345678 }, 'password'],
    ['no org', { org: undefined }, 'org'],
  ])('rejects %s with 422 that names the field and does not repeat the input', async (_what, change, field) => {
    const reply = await mesh.nobody.post('/register', { ...newcomer(), ...change })
    expect(reply.status).toBe(422)
    const body = await json<{ detail: { loc: string[]; msg: string; type: string }[] }>(reply)
    expect(body.detail[0]?.loc).toEqual(['body', field])
    expect(body.detail[0]?.msg).toContain(field)
    expect(Object.keys(body.detail[0] ?? {}).toSorted()).toEqual(['loc', 'msg', 'type'])
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'rejects content type %j with 415, so that no form on another site can register',
    async (type) => {
      const reply = await mesh.nobody.post('/register', JSON.stringify(newcomer()), { 'content-type': type })
      expect(reply.status).toBe(415)
    },
  )

  test('never truncates passwords: two that differ only after byte 72 are different', async () => {
    const who = { ...newcomer(), password: `${'åéîøü'.repeat(8)}one` }
    expect((await mesh.nobody.post('/register', who)).status).toBe(200)
    expect((await signIn({ ...who, password: `${'åéîøü'.repeat(8)}two` })).status).toBe(401)
    expect((await signIn(who)).status).toBe(200)
  })
})

describe('/token', () => {
  test.each([
    ['a URL-encoded form', (form: Record<string, string>) => new URLSearchParams(form)],
    [
      'a multipart form',
      (form: Record<string, string>) => {
        const data = new FormData()
        for (const [name, value] of Object.entries(form)) data.set(name, value)
        return data
      },
    ],
  ])('%s signs in and ignores scope and client', async (_what, encode) => {
    const { username, password } = await registered()
    const form = { username, password, grant_type: 'password', scope: 'admin', client_id: 'x', client_secret: 'y' }
    const reply = await fetch(`${mesh.url}/token`, { method: 'POST', body: encode(form) })
    expect(reply.status).toBe(200)
    expect(await reply.json()).toEqual({
      access_token: expect.stringMatching(/^[^.]+\.[^.]+\.[^.]+$/),
      token_type: 'bearer',
      expires_in: 1800,
      refresh_token: expect.any(String),
    })
  })

  test('rejects another grant type, JSON, and a missing field with 422', async () => {
    const { username, password } = await registered()
    expect((await signIn({ username, password, grant_type: 'client_credentials' })).status).toBe(422)
    expect((await mesh.nobody.post('/token', { username, password })).status).toBe(422)
    const missing = await signIn({ username })
    expect(missing.status).toBe(422)
    expect(await json(missing)).toMatchObject({ detail: [{ loc: ['body', 'password'], type: 'missing' }] })
  })

  test('gives the same reply for an unknown user and a wrong password', async () => {
    const { username } = await registered()
    const [unknown, wrong] = await Promise.all([
      signIn({ username: 'nobody-of-that-name', password: PASSWORD }),
      signIn({ username, password: 'not the password' }),
    ])
    const bare = async (reply: Response) => ({
      status: reply.status,
      authenticate: reply.headers.get('www-authenticate'),
      body: { ...(await json(reply)), request_id: '' },
    })
    const answer = await bare(unknown)
    expect(await bare(wrong)).toEqual(answer)
    expect(answer).toMatchObject({
      status: 401,
      authenticate: 'Bearer',
      body: { detail: 'Incorrect username or password', error: 'Incorrect username or password' },
    })
  })

  test.each(['plain', 'a>b?c~d', 'Ünïcode é', '日本語', 'x\u007fy', 'quote " and \\', '😀', 'a', 'ab', 'abc'])(
    'the claims of org %j can be decoded with standard base64',
    async (name) => {
      const org = `${name} ${users}`
      const who = await registered(org)
      const { access_token } = await json<{ access_token: string }>(signIn(who))
      const segment = payloadOf(access_token)
      expect(segment).toMatch(/^[A-Za-z0-9+/]+$/)
      expect(segment.length % 4).toBe(0)
      expect(atob(segment)).toMatch(/^[\x20-\x7d]*$/)
      const claims = JSON.parse(atob(segment)) as { sub: string; org: string; exp: number }
      expect(claims).toEqual({ sub: who.username, org, exp: expect.any(Number) })
      expect(claims.exp - clock.now() / 1000).toBeGreaterThan(1790)
      const stats = await mesh.nobody.get('/stats', { authorization: `bEaReR ${access_token}` })
      expect(await json(stats)).toMatchObject({ org })
    },
  )

  test('an access token expires after 30 minutes, which gives 401, not 403', async () => {
    const { access_token } = await json<{ access_token: string }>(signIn(await registered()))
    const authorization = `Bearer ${access_token}`
    expect((await mesh.nobody.get('/logs', { authorization })).status).toBe(200)
    clock.advance(30 * 60_000 + 1000)
    const reply = await mesh.nobody.get('/logs', { authorization })
    expect(reply.status).toBe(401)
    expect(reply.headers.get('www-authenticate')).toBe('Bearer')
    expect(await json(reply)).toMatchObject({ detail: 'Could not validate credentials', code: 'invalid_credentials' })
  })
})

describe('/token/refresh', () => {
  interface Tokens {
    access_token: string
    refresh_token: string
  }
  const refresh = (refresh_token: string) => mesh.nobody.post('/token/refresh', { refresh_token })

  test('returns a new pair of tokens, and both access tokens work until they expire', async () => {
    const first = await json<Tokens>(signIn(await registered()))
    const reply = await refresh(first.refresh_token)
    expect(reply.status).toBe(200)
    const second = await json<Tokens>(reply)
    expect(second).toMatchObject({ token_type: 'bearer', expires_in: 1800 })
    expect(second.refresh_token).not.toBe(first.refresh_token)
    for (const { access_token } of [first, second])
      expect((await mesh.nobody.get('/logs', { authorization: `Bearer ${access_token}` })).status).toBe(200)
  })

  test('reuse of a spent token revokes its whole family, but no other sign-in', async () => {
    const who = await registered()
    const first = await json<Tokens>(signIn(who))
    const other = await json<Tokens>(signIn(who))
    const second = await json<Tokens>(refresh(first.refresh_token))
    expect((await refresh(first.refresh_token)).status).toBe(401)
    expect((await refresh(second.refresh_token)).status).toBe(401)
    expect((await refresh(other.refresh_token)).status).toBe(200)
  })

  test('accepts one of several concurrent uses of a token', async () => {
    const { refresh_token } = await json<Tokens>(signIn(await registered()))
    const replies = await Promise.all(Array.from({ length: 8 }, () => refresh(refresh_token)))
    expect(replies.filter(({ status }) => status === 200).length).toBe(1)
    expect(replies.filter(({ status }) => status === 401).length).toBe(7)
  })

  test('rejects an unknown or expired token with 401 and a missing one with 422', async () => {
    expect((await refresh('never-given')).status).toBe(401)
    expect((await mesh.nobody.post('/token/refresh', {})).status).toBe(422)
    const { refresh_token } = await json<Tokens>(signIn(await registered()))
    clock.advance(31 * 24 * 3600_000)
    expect((await refresh(refresh_token)).status).toBe(401)
  })
})

describe('registration', () => {
  test('with first-user accepts the setup token for the first user, then closes', async () => {
    await using fresh = await startMesh({ bare: true })
    const who = { username: 'first', password: PASSWORD, org: 'First' }
    const without = await fresh.nobody.post('/register', who)
    expect(without.status).toBe(403)
    expect(await json(without)).toMatchObject({ code: 'setup_token_invalid' })
    const setup_token = await setupToken(fresh)
    expect((await fresh.nobody.post('/register', { ...who, setup_token: `${setup_token}x` })).status).toBe(403)
    expect((await fresh.nobody.post('/register', { ...who, setup_token })).status).toBe(200)
    const next = await fresh.nobody.post('/register', { ...who, username: 'second', org: 'Second', setup_token })
    expect(next.status).toBe(403)
    expect(await json(next)).toMatchObject({ code: 'registration_closed' })
  })

  test('with closed rejects every valid request with 403', async () => {
    await using closed = await startMesh({ bare: true, settings: { REGISTRATION: 'closed' } })
    const who = { username: 'first', password: PASSWORD, org: 'First', setup_token: await setupToken(closed) }
    expect((await closed.nobody.post('/register', who)).status).toBe(403)
    expect((await closed.nobody.post('/register', { ...who, password: 'short' })).status).toBe(422)
    expect((await closed.nobody.post('/register', 'x', { 'content-type': 'text/plain' })).status).toBe(415)
  })
})
