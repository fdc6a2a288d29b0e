import { describe, expect, test } from 'vitest'
import { LIMITS } from '@sentinelmesh/api/constants'
import { passwordQueue, type PasswordCheck } from './password-queue.ts'

/** A queue whose checks end when the test ends them. `order` lists the checks that began. */
function watchedQueue(atOnce = 2) {
  const queue = passwordQueue(atOnce)
  const order: string[] = []
  const refused: string[] = []
  const running: (() => void)[] = []
  const flush = async () => {
    for (let round = 0; round < 20; round += 1) await Promise.resolve()
  }
  return {
    order,
    refused,
    running,
    ask(name: string, check: PasswordCheck): void {
      queue
        .run(check, () => {
          order.push(name)
          return new Promise<void>((resolve) => running.push(resolve))
        })
        .catch(() => refused.push(name))
    },
    flush,
    async endAll(): Promise<void> {
      await flush()
      while (running.length > 0) {
        running.shift()?.()
        await flush()
      }
    },
  }
}

const stranger = (network: string, username = 'u'): PasswordCheck => ({ network, username, known: false })
const known = (network: string, username = 'u'): PasswordCheck => ({ network, username, known: true })

describe('password checks', () => {
  test('rotate over the networks, and over the users of each network', async () => {
    const { ask, endAll, order } = watchedQueue()
    for (let count = 1; count <= 3; count += 1) {
      ask(`flood/a/${count}`, stranger('flood', 'a'))
      ask(`flood/b/${count}`, stranger('flood', 'b'))
    }
    ask('home/1', stranger('home'))
    ask('office/1', stranger('office'))
    await endAll()
    expect(order).toEqual([
      'flood/a/1',
      'flood/b/1',
      'home/1',
      'office/1',
      'flood/a/2',
      'flood/b/2',
      'flood/a/3',
      'flood/b/3',
    ])
  })

  test('of known users never wait for strangers, who have at most one check at a time', async () => {
    const { ask, flush, order, running } = watchedQueue()
    for (let count = 0; count < 50; count += 1) ask('stranger', stranger(`network ${count}`))
    await flush()
    expect(running).toHaveLength(1)
    ask('owner', known('home'))
    await flush()
    expect(order).toEqual(['stranger', 'owner'])
  })

  test('of strangers still run while known users keep the queue full', async () => {
    const { ask, flush, order, running } = watchedQueue()
    for (let count = 0; count < 10; count += 1) ask('known', known('home'))
    ask('stranger', stranger('elsewhere'))
    await flush()
    running.shift()?.()
    await flush()
    expect(order).toEqual(['known', 'known', 'stranger'])
  })

  test('of one network are bounded, which does not refuse those of others', async () => {
    const { ask, endAll, order, refused } = watchedQueue()
    const asked = LIMITS.passwordsWaitingOfNetwork + 50
    for (let count = 0; count < asked; count += 1) ask('flood', stranger('flood', `user ${count}`))
    ask('home', stranger('home'))
    await endAll()
    expect(new Set(refused)).toEqual(new Set(['flood']))
    expect(refused).toHaveLength(49)
    expect(order.slice(0, 4)).toContain('home')
    expect(order).toHaveLength(asked - 49 + 1)
  })

  test('beyond the total bound are dropped from the network with the most waiting', async () => {
    const { ask, endAll, order, refused } = watchedQueue()
    const networks = Math.ceil(LIMITS.passwordsWaiting / LIMITS.passwordsWaitingOfNetwork) + 1
    for (let network = 0; network < networks; network += 1)
      for (let count = 0; count < LIMITS.passwordsWaitingOfNetwork; count += 1)
        ask(`flood ${network}`, stranger(`flood ${network}`))
    ask('home', stranger('home'))
    await endAll()
    expect(order).toContain('home')
    expect(refused.length).toBeGreaterThan(0)
    expect(order.length + refused.length).toBe(networks * LIMITS.passwordsWaitingOfNetwork + 1)
  })

  test('continue after a check fails', async () => {
    const queue = passwordQueue(1)
    await expect(queue.run(known('a'), () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await queue.run(known('a'), async () => 'done')).toBe('done')
  })
})
