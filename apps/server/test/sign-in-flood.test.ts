import { afterEach, describe, expect, test } from 'vitest'
import { LIMITS } from '@sentinelmesh/api/constants'
import { json } from './client.ts'
import { handClock, PASSWORD, startMesh, type Mesh } from './start-mesh.ts'

const LONGEST_DELAY_SECONDS = 30
const STRANGER = '203.0.113.5'
const HOME = '198.51.100.7'

let mesh: Mesh
const clock = handClock()
/** Starts a new server for each test, because its counters persist. Addresses come from a trusted proxy. */
async function fresh() {
  mesh = await startMesh({ settings: { TRUST_PROXY: '127.0.0.1' }, clock })
  return mesh
}
afterEach(() => mesh[Symbol.asyncDispose]())

const compared = () => mesh.running.deps.passwords.compared()
const headersOf = (address: string | null, cookie?: string) => ({
  ...(address === null ? {} : { 'x-forwarded-for': address }),
  ...(cookie === undefined ? {} : { cookie }),
})

function page(username: string, password: string, address: string | null, cookie?: string): Promise<Response> {
  return mesh.nobody.post('/trpc/auth.signIn', { username, password }, headersOf(address, cookie))
}
function token(form: Record<string, string>, address: string | null): Promise<Response> {
  return fetch(`${mesh.url}/token`, { method: 'POST', body: new URLSearchParams(form), headers: headersOf(address) })
}
const statusesOf = async (replies: readonly (Response | Promise<Response>)[]) =>
  (await Promise.all(replies)).map(({ status }) => status)
const timesOf = <Value>(values: readonly Value[], wanted: Value) => values.filter((value) => value === wanted).length

describe('while 100 connections sign in as unknown users', () => {
  test('the owner can sign in twenty out of twenty times, from another network or the same one', async () => {
    await fresh()
    const { owner } = mesh.first
    const strangers: number[] = []
    for (let wave = 0; wave < 5; wave += 1) {
      const flood = Array.from({ length: 100 }, (_, at) =>
        token({ username: `ghost-${wave}-${at}`, password: 'a wrong password' }, null),
      )
      const own = [null, HOME, null, HOME].map((from) => token({ username: owner, password: PASSWORD }, from))
      const [floodStatuses, ownStatuses] = await Promise.all([statusesOf(flood), statusesOf(own)])
      expect(ownStatuses).toEqual([200, 200, 200, 200])
      strangers.push(...floodStatuses)
    }
    expect(timesOf(strangers, 401)).toBe(LIMITS.signInNetworkFailures)
    expect(timesOf(strangers, 429)).toBe(500 - LIMITS.signInNetworkFailures)
    expect(compared()).toBe(LIMITS.signInNetworkFailures + 20)
  })
})

test('a user is still known in a network after a restart', async () => {
  await fresh()
  const { owner } = mesh.first
  expect((await token({ username: owner, password: PASSWORD }, HOME)).status).toBe(200)
  await mesh.restart()
  await Promise.all(Array.from({ length: 60 }, (_, at) => page(`ghost-${at}`, 'a wrong password', HOME)))
  expect((await page('ghost', PASSWORD, HOME)).status).toBe(429)
  expect((await page(owner, PASSWORD, HOME)).status).toBe(200)
})

describe('guesses at one password', () => {
  test('are limited to the same number if they are concurrent', async () => {
    await fresh()
    const replies = Array.from({ length: 60 }, (_, guess) => page(mesh.first.owner, `guess number ${guess}`, STRANGER))
    const statuses = await statusesOf(replies)
    expect(compared()).toBe(LIMITS.signInFailures)
    expect(timesOf(statuses, 401)).toBe(LIMITS.signInFailures)
    expect(timesOf(statuses, 429)).toBe(60 - LIMITS.signInFailures)
  })

  test('count individually in a tRPC batch and share one limit with /token', async () => {
    await fresh()
    const calls = Object.fromEntries(
      Array.from({ length: 20 }, (_, guess) => [guess, { username: mesh.first.owner, password: `guess ${guess}` }]),
    )
    const path = `/trpc/${Array.from({ length: 20 }, () => 'auth.signIn').join(',')}?batch=1`
    const reply = await mesh.nobody.post(path, calls, headersOf(STRANGER))
    const codes = (await json<{ error: { data: { code: string } } }[]>(reply)).map(({ error }) => error.data.code)
    expect(timesOf(codes, 'wrong_password')).toBe(LIMITS.signInFailures)
    expect(timesOf(codes, 'rate_limited')).toBe(20 - LIMITS.signInFailures)
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await token({ username: mesh.first.owner, password: PASSWORD }, STRANGER)).status).toBe(429)
    expect(compared()).toBe(LIMITS.signInFailures)
  })

  test('do not wait longer if the system clock is set back by a day', async () => {
    await fresh()
    const form = { username: mesh.first.owner, password: 'a wrong password' }
    for (let count = 0; count < LIMITS.signInFailures; count += 1) await token(form, STRANGER)
    clock.advance(-86_400_000)
    const refused = await token(form, STRANGER)
    clock.advance(86_400_000)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(LONGEST_DELAY_SECONDS)
  })
})

test('password spraying of 200 users from one address is limited', async () => {
  await fresh()
  const users = Array.from({ length: 200 }, (_, user) => (user === 3 ? mesh.first.owner : `user-${user}`))
  const replies = await Promise.all(users.map((username) => page(username, 'Summer of 2026!', STRANGER)))
  expect(compared()).toBe(LIMITS.signInNetworkFailures)
  expect(timesOf(await statusesOf(replies), 401)).toBe(LIMITS.signInNetworkFailures)
  const refused = replies.filter(({ status }) => status === 429)
  for (const reply of refused) {
    expect(Number(reply.headers.get('retry-after'))).toBeLessThanOrEqual(LONGEST_DELAY_SECONDS)
    expect(await reply.text()).toContain('from your network')
  }
  expect((await page(mesh.first.owner, PASSWORD, HOME)).status).toBe(200)
})

describe('a device on which its user has signed in before', () => {
  const deviceOf = (reply: Response) =>
    reply.headers
      .getSetCookie()
      .find((cookie) => cookie.startsWith(`sentinelmesh-device-${mesh.port}=`))
      ?.split(';')[0] ?? 'none'

  /** Guesses until even the right password of the user is rate limited at this address. */
  async function guessed(username: string, address: string): Promise<void> {
    for (let count = 0; count < LIMITS.signInFailures; count += 1) await page(username, 'a wrong password', address)
    expect((await page(username, PASSWORD, address)).status).toBe(429)
  }

  test('has an HttpOnly, SameSite=Strict cookie that is no session and survives sign-out', async () => {
    await fresh()
    const signedIn = await page(mesh.first.owner, PASSWORD, HOME)
    const [session = '', device = ''] = signedIn.headers.getSetCookie()
    expect(device).toMatch(
      new RegExp(`^sentinelmesh-device-${mesh.port}=[\\w.-]+; Path=/; HttpOnly; SameSite=Strict; Max-Age=\\d+$`),
    )
    const cookie = device.split(';')[0] ?? ''
    expect((await mesh.nobody.get('/logs', { cookie })).status).toBe(401)
    expect((await mesh.nobody.get('/logs', { cookie: cookie.replace('-device', '') })).status).toBe(401)
    const signedOut = await mesh.nobody.post('/trpc/auth.signOut', '', { cookie: session.split(';')[0] ?? '' })
    expect(signedOut.headers.getSetCookie().join()).not.toContain('-device')
  })

  test('can sign in while someone at the same address guesses the password', async () => {
    await fresh()
    const device = deviceOf(await page(mesh.first.owner, PASSWORD, HOME))
    await guessed(mesh.first.owner, HOME)
    const again = await page(mesh.first.owner, PASSWORD, HOME, device)
    expect(again.status).toBe(200)
    expect(deviceOf(again)).not.toBe(device)
  })

  test('can sign in while guesses come from 200 networks', async () => {
    await fresh()
    const { owner } = mesh.first
    const device = deviceOf(await page(owner, PASSWORD, HOME))
    const guesses = Array.from({ length: 200 }, (_, at) =>
      page(owner, 'a wrong password', `10.9.${at >> 8}.${at & 255}`),
    )
    const known = await page(owner, PASSWORD, STRANGER, device)
    const stranger = await page(owner, PASSWORD, '192.0.2.77')
    await Promise.all(guesses)
    expect(known.status).toBe(200)
    // A new device can still sign in, too.
    expect(stranger.status).toBe(200)
  })

  test('is not recognized by the cookie of another user, a changed one, or one older than half a year', async () => {
    await fresh()
    const { owner } = mesh.first
    const own = deviceOf(await page(owner, PASSWORD, HOME))
    const others = deviceOf(await page(mesh.second.owner, PASSWORD, HOME))
    await guessed(owner, STRANGER)
    const [name = '', value = ''] = own.split('=')
    const parts = value.split('.')
    const changed = parts.map((part, at) => {
      const other = part.startsWith('A') ? `B${part.slice(1)}` : `A${part.slice(1)}`
      return `${name}=${parts.with(at, other).join('.')}`
    })
    for (const cookie of [others, ...changed, `${name}=`, `${name}=..`, `${own}.x`])
      expect([cookie, (await page(owner, PASSWORD, STRANGER, cookie)).status]).toEqual([cookie, 429])
    clock.advance(-1)
    expect((await page(owner, PASSWORD, STRANGER, own)).status).toBe(200)
    clock.advance(181 * 24 * 3600_000)
    await guessed(owner, STRANGER)
    expect((await page(owner, PASSWORD, STRANGER, own)).status).toBe(429)
  })

  test('cannot guess faster than a stranger if its cookie is stolen, whatever its address', async () => {
    await fresh()
    const { owner } = mesh.first
    const device = deviceOf(await page(owner, PASSWORD, HOME))
    const before = compared()
    const guesses = Array.from({ length: 60 }, (_, at) => page(owner, 'a wrong password', `10.9.8.${at}`, device))
    expect(timesOf(await statusesOf(guesses), 401)).toBe(LIMITS.signInFailures)
    expect(compared() - before).toBe(LIMITS.signInFailures)
  })

  test("can also be a program that sends the user's own refresh token to /token, even a spent one", async () => {
    await fresh()
    const { owner } = mesh.first
    const tokenOf = async (username: string) =>
      (await json<{ refresh_token: string }>(token({ username, password: PASSWORD }, HOME))).refresh_token
    const [own, others] = [await tokenOf(owner), await tokenOf(mesh.second.owner)]
    await guessed(owner, STRANGER)
    const shown = async (refresh_token: string) =>
      (await token({ username: owner, password: PASSWORD, refresh_token }, STRANGER)).status
    expect(await shown(others)).toBe(429)
    expect(await shown('never-given')).toBe(429)
    expect(await shown(own)).toBe(200)
    expect((await mesh.nobody.post('/token/refresh', { refresh_token: own })).status).toBe(200)
    await guessed(owner, '203.0.113.6')
    expect((await token({ username: owner, password: PASSWORD, refresh_token: own }, '203.0.113.6')).status).toBe(200)
    // Reuse revokes the token family, so it no longer identifies the device.
    expect((await mesh.nobody.post('/token/refresh', { refresh_token: own })).status).toBe(401)
    await guessed(owner, '203.0.113.8')
    expect((await token({ username: owner, password: PASSWORD, refresh_token: own }, '203.0.113.8')).status).toBe(429)
  })
})

test('of 100 concurrent sign-ins of one user, at least those that fit into the queue succeed', async () => {
  await fresh()
  const replies = Array.from({ length: 100 }, () => token({ username: mesh.first.owner, password: PASSWORD }, HOME))
  const statuses = await statusesOf(replies)
  expect(timesOf(statuses, 200)).toBeGreaterThanOrEqual(LIMITS.signInsWaiting)
})
