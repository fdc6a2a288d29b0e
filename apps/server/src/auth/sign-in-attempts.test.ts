import { describe, expect, test } from 'vitest'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { handClock } from '../../test/start-mesh.ts'
import { signInAttempts, type Claimant } from './sign-in-attempts.ts'

const HOME = '198.51.100.1'
const owner: Claimant = { username: 'owner', network: HOME, device: null }
type Outcome = 'right' | 'wrong' | { refusedFor: number | undefined }

function attempts() {
  const clock = handClock()
  const signIns = signInAttempts(clock, 0)
  let checked = 0
  async function run(claimant: Claimant, isRight: boolean): Promise<Outcome> {
    try {
      const result = await signIns.run(claimant, async () => {
        checked += 1
        await Promise.resolve()
        return isRight ? true : undefined
      })
      return result === true ? 'right' : 'wrong'
    } catch (error) {
      if (error instanceof DomainError && error.code === 'rate_limited')
        return { refusedFor: error.details.retryAfterSeconds }
      throw error
    }
  }
  return {
    clock,
    signIns,
    checked: () => checked,
    wrong: (claimant: Claimant) => run(claimant, false),
    right: (claimant: Claimant) => run(claimant, true),
  }
}

describe('wrong passwords of a user from a network', () => {
  test('are counted before they are checked, so concurrent ones count too', async () => {
    const { wrong, checked } = attempts()
    const outcomes = await Promise.all(Array.from({ length: 60 }, () => wrong(owner)))
    expect(checked()).toBe(LIMITS.signInFailures)
    expect(outcomes.filter((outcome) => outcome === 'wrong')).toHaveLength(LIMITS.signInFailures)
  })

  test('cost a delay that doubles up to 30 s, and each delay lets one attempt through', async () => {
    const { wrong, clock, checked } = attempts()
    for (let count = 0; count < LIMITS.signInFailures; count += 1) expect(await wrong(owner)).toBe('wrong')
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      expect(await wrong(owner)).toEqual({ refusedFor: seconds })
      clock.advance(seconds * 1000)
      const before = checked()
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => wrong(owner)))
      expect(outcomes.filter((outcome) => outcome === 'wrong')).toHaveLength(1)
      expect(checked()).toBe(before + 1)
    }
  })

  test('are forgotten after 15 minutes, and after a right one', async () => {
    const { wrong, right, clock } = attempts()
    for (let count = 0; count < 6; count += 1) await wrong(owner)
    clock.advance(30_000)
    expect(await right(owner)).toBe('right')
    for (let count = 0; count < LIMITS.signInFailures; count += 1) expect(await wrong(owner)).toBe('wrong')
    expect(await wrong(owner)).toEqual({ refusedFor: 1 })
    clock.advance(15 * 60_000)
    for (let count = 0; count < LIMITS.signInFailures; count += 1) expect(await wrong(owner)).toBe('wrong')
  })

  test('delay neither the same user on another network nor another user on the same one', async () => {
    const { wrong, right } = attempts()
    for (let count = 0; count < 6; count += 1) await wrong(owner)
    expect(await right(owner)).toEqual({ refusedFor: 1 })
    expect(await right({ ...owner, network: '203.0.113.9' })).toBe('right')
    expect(await right({ ...owner, username: 'other' })).toBe('right')
    expect(await right({ ...owner, device: 'laptop' })).toBe('right')
  })

  test('are not delayed longer if the system clock is set back', async () => {
    const { wrong, right, clock } = attempts()
    for (let count = 0; count < LIMITS.signInFailures; count += 1) await wrong(owner)
    clock.advance(-86_400_000)
    expect(await wrong(owner)).toEqual({ refusedFor: 1 })
    clock.advance(1_000)
    expect(await right(owner)).toBe('right')
  })

  test('cannot be erased by failing as 20,000 other users', async () => {
    const { wrong, clock } = attempts()
    for (let count = 0; count < 9; count += 1) {
      await wrong(owner)
      clock.advance(count === 8 ? 0 : 30_000)
    }
    for (let other = 0; other < 20_000; other += 1)
      await wrong({ username: `u${other}`, network: `2001:db8:${(other >> 4).toString(16)}::/64`, device: null })
    expect(await wrong(owner)).toEqual({ refusedFor: 30 })
  })
})

test('any number of concurrent right passwords all get in', async () => {
  const { right } = attempts()
  const outcomes = await Promise.all(Array.from({ length: 60 }, () => right(owner)))
  expect(new Set(outcomes)).toEqual(new Set(['right']))
})

test('a check that fails with an error does not count as an attempt', async () => {
  const { signIns, right } = attempts()
  const broken = () => signIns.run(owner, () => Promise.reject(new Error('the store is away')))
  for (let count = 0; count < 100; count += 1) await expect(broken()).rejects.toThrow('the store is away')
  expect(await right(owner)).toBe('right')
})

describe('a network', () => {
  const sprayed = (user: number, network = HOME): Claimant => ({ username: `user-${user}`, network, device: null })

  test('is limited over all users, concurrent or sequential, and regains attempts over time', async () => {
    const { wrong, clock, checked } = attempts()
    for (let user = 0; user < 100; user += 1) await wrong(sprayed(user))
    await Promise.all(Array.from({ length: 100 }, (_, user) => wrong(sprayed(100 + user))))
    expect(checked()).toBe(LIMITS.signInNetworkFailures)
    const refused = await wrong(sprayed(200))
    expect(refused).toEqual({ refusedFor: LIMITS.signInNetworkRefillMs / 1000 })
    clock.advance(LIMITS.signInNetworkRefillMs * 3)
    for (let user = 300; user < 400; user += 1) await wrong(sprayed(user))
    expect(checked()).toBe(LIMITS.signInNetworkFailures + 3)
    expect(await wrong(sprayed(1, '203.0.113.9'))).toBe('wrong')
  })

  test('is not limited by users who get in: 500 users of one office sign in at once', async () => {
    const { right, checked } = attempts()
    const outcomes = await Promise.all(Array.from({ length: 100 }, (_, user) => right(sprayed(user))))
    for (let user = 100; user < 500; user += 1) outcomes.push(await right(sprayed(user)))
    expect(new Set(outcomes)).toEqual(new Set(['right']))
    expect(checked()).toBe(500)
  })

  test('over its limit still lets in users who signed in from it before, just registered, or have a known device', async () => {
    const { right, wrong, signIns } = attempts()
    expect(await right(owner)).toBe('right')
    signIns.know({ username: 'registered', network: HOME })
    for (let user = 0; user < 200; user += 1) await wrong(sprayed(user))
    expect(await right(owner)).toBe('right')
    expect(await right({ ...owner, username: 'registered' })).toBe('right')
    expect(await right({ ...owner, username: 'stranger' })).toMatchObject({ refusedFor: expect.any(Number) })
    expect(await right({ ...owner, username: 'stranger', device: 'laptop' })).toBe('right')
  })
})

test('a known device has its own delay, whatever network it is on', async () => {
  const { wrong, right } = attempts()
  const from = (network: string): Claimant => ({ username: 'owner', network, device: 'stolen' })
  for (let count = 0; count < LIMITS.signInFailures; count += 1)
    expect(await wrong(from(`10.0.0.${count}`))).toBe('wrong')
  expect(await right(from('10.0.0.9'))).toEqual({ refusedFor: 1 })
  expect(await right({ ...owner, device: 'laptop' })).toBe('right')
})

test('a refusal is delayed, which slows a flood over a few connections', async () => {
  const order: string[] = []
  const slow = signInAttempts(handClock(), 5)
  const claimant = { username: 'ada', network: '192.0.2.1', device: null }
  for (let attempt = 0; attempt < LIMITS.signInFailures; attempt += 1) await slow.run(claimant, async () => undefined)
  const refused = slow.run(claimant, async () => undefined).catch(() => order.push('refused'))
  await new Promise((resolve) => setImmediate(resolve)).then(() => order.push('a turn later'))
  await refused
  expect(order).toEqual(['a turn later', 'refused'])
})
