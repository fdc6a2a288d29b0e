import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DomainError } from '@sentinelmesh/api/constants'
import { judgeQueue } from './judge-queue.ts'
import { LIMITS } from './limits.ts'

/** Lets admitted entries continue. */
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

interface Held {
  readonly name: string
  readonly org: number
  readonly end: () => void
}

/** A queue, and the entries that are being judged, in the order in which they began. */
function begun(options: { readonly inAll: number; readonly perOwner: number }) {
  const queue = judgeQueue(options)
  const held: Held[] = []
  const order: string[] = []
  const enter = async (org: number, name: string, lane: 'verdict' | 'bulk' = 'bulk', chars = 1) => {
    const slot = await queue.enter({ owner: org, lane, chars })
    order.push(name)
    held.push({
      name,
      org,
      end() {
        held.splice(
          held.findIndex((one) => one.name === name),
          1,
        )
        slot[Symbol.dispose]()
      },
    })
  }
  return { queue, held, order, enter }
}

const A = 1
const B = 2

describe('heavy entries', () => {
  test('of one organization never hold all threads', async () => {
    const { held, enter } = begun({ inAll: 3, perOwner: 2 })
    for (let n = 0; n < 10; n++) void enter(A, `a${n}`)
    await nextTurn()
    expect(held).toHaveLength(2)
    await enter(B, 'b')
    expect(held.map(({ name }) => name)).toEqual(['a0', 'a1', 'b'])
  })

  test('of another organization wait for one running entry, however many are queued', async () => {
    const { held, order, enter } = begun({ inAll: 1, perOwner: 1 })
    for (let n = 0; n < 100; n++) void enter(A, `a${n}`)
    await nextTurn()
    void enter(B, 'b0')
    void enter(B, 'b1')
    for (let n = 0; n < 5; n++) {
      held[0]?.end()
      await nextTurn()
    }
    expect(order.indexOf('b0')).toBeLessThanOrEqual(2)
    expect(order.indexOf('b1')).toBeLessThanOrEqual(4)
  })

  test('for a verdict overtake the others of their organization', async () => {
    const { held, order, enter } = begun({ inAll: 1, perOwner: 1 })
    for (let n = 0; n < 10; n++) void enter(A, `bulk${n}`)
    await nextTurn()
    void enter(A, 'verdict', 'verdict')
    held[0]?.end()
    await nextTurn()
    expect(order).toEqual(['bulk0', 'verdict'])
  })

  test('over a limit are refused, for that organization only, with the name of the limit', async () => {
    const { queue, enter, held } = begun({ inAll: 2, perOwner: 1 })
    await enter(A, 'running')
    const waiting = Array.from({ length: LIMITS.heavyEntries }, () => queue.enter({ owner: A, lane: 'bulk', chars: 1 }))
    await expect(queue.enter({ owner: A, lane: 'bulk', chars: 1 })).rejects.toMatchObject({
      code: 'store_busy',
      details: { limit: 'heavyEntries', retryAfterSeconds: 1 },
    })
    expect(queue.waiting()).toBe(LIMITS.heavyEntries)
    await enter(B, 'other')
    held.find(({ name }) => name === 'running')?.end()
    await waiting[0]
    expect(queue.waiting()).toBe(LIMITS.heavyEntries - 1)
  })

  test('for a verdict have reserved room and a limit of their own', async () => {
    const { queue, enter } = begun({ inAll: 1, perOwner: 1 })
    await enter(A, 'running')
    for (let n = 0; n < LIMITS.heavyEntries; n++) void queue.enter({ owner: A, lane: 'bulk', chars: 1 })
    await expect(queue.enter({ owner: A, lane: 'bulk', chars: 1 })).rejects.toMatchObject({
      details: { limit: 'heavyEntries' },
    })
    for (let n = 0; n < LIMITS.heavyVerdicts; n++) void queue.enter({ owner: A, lane: 'verdict', chars: 1 })
    await expect(queue.enter({ owner: A, lane: 'verdict', chars: 1 })).rejects.toMatchObject({
      details: { limit: 'heavyVerdicts' },
    })
    expect(queue.waiting()).toBe(LIMITS.heavyEntries + LIMITS.heavyVerdicts)
  })

  test('with too large a total size are refused', async () => {
    const { queue, enter } = begun({ inAll: 1, perOwner: 1 })
    await enter(A, 'running')
    void queue.enter({ owner: A, lane: 'bulk', chars: LIMITS.heavyChars })
    await expect(queue.enter({ owner: A, lane: 'bulk', chars: 1 })).rejects.toMatchObject({
      details: { limit: 'heavyChars' },
    })
  })

  test('in the queue are refused when the server stops, as are later ones', async () => {
    const { queue, enter } = begun({ inAll: 1, perOwner: 1 })
    await enter(A, 'running')
    const waiting = queue.enter({ owner: A, lane: 'verdict', chars: 1 })
    queue.close(new DomainError('shutting_down'))
    await expect(waiting).rejects.toMatchObject({ code: 'shutting_down' })
    await expect(queue.enter({ owner: B, lane: 'bulk', chars: 1 })).rejects.toMatchObject({ code: 'shutting_down' })
    expect(queue.waiting()).toBe(0)
  })

  test('in any schedule stay within the limits, keep the order of their lane, and are never lost', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(
          fc.tuple(fc.nat({ max: 3 }), fc.constantFrom('verdict' as const, 'bulk' as const), fc.nat({ max: 2 })),
          {
            maxLength: 40,
          },
        ),
        async (slots, arrivals) => {
          const slotsPerOrg = Math.max(1, slots - 1)
          const { queue, held, order, enter } = begun({ inAll: slots, perOwner: slotsPerOrg })
          const check = () => {
            expect(held.length).toBeLessThanOrEqual(slots)
            for (const { org } of held) {
              expect(held.filter((one) => one.org === org).length).toBeLessThanOrEqual(slotsPerOrg)
            }
          }
          for (const [index, [org, lane, ends]] of arrivals.entries()) {
            const name = `${org} ${lane} ${index}`
            void enter(org, name, lane)
            await nextTurn()
            check()
            for (let n = 0; n < ends; n++) held[0]?.end()
            await nextTurn()
            check()
          }
          while (held.length > 0) {
            held[0]?.end()
            await nextTurn()
            check()
          }
          expect(order).toHaveLength(arrivals.length)
          expect(queue.waiting()).toBe(0)
          for (const org of [0, 1, 2, 3])
            for (const lane of ['verdict', 'bulk']) {
              const numbers = order
                .filter((name) => name.startsWith(`${org} ${lane} `))
                .map((name) => Number(name.split(' ')[2]))
              expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
            }
        },
      ),
      { seed: 11, numRuns: 100 },
    )
  })
})
