import { describe, expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import { testClock } from '../../test/test-clock.ts'
import { memoryBus } from '../bus.ts'
import { jobs as makeJobs, type JobName } from '../jobs/jobs.ts'
import { BACKOFF_MS, FULL_SWEEP_EVERY, runConsumer, SWEEP_MS, type Consumer, type Lease } from './run.ts'

const JOB: JobName = 'text_index'
const [A, B] = [1 as OrgId, 2 as OrgId]
const GATHER_MS = 100

/** A consumer of logs that are only lengths. Each step consumes one entry. */
function setUp({ lease }: { readonly lease?: Lease } = {}) {
  const clock = testClock()
  const faults: unknown[] = []
  const jobs = makeJobs(clock, (_job, fault) => faults.push(fault))
  const bus = memoryBus(clock)
  const lengths = new Map<OrgId, number>()
  const cursors = new Map<OrgId, number>()
  const steps: OrgId[] = []
  const broken = new Set<OrgId>()
  let looks = 0
  const consumer: Consumer = {
    job: JOB,
    async step(org) {
      steps.push(org)
      if (broken.has(org)) throw new Error('broken')
      const length = lengths.get(org) ?? 0
      const cursor = Math.min(length, (cursors.get(org) ?? 0) + 1)
      cursors.set(org, cursor)
      return { more: cursor < length, lag: length - cursor }
    },
  }
  const running = runConsumer(consumer, {
    bus,
    clock,
    jobs,
    gatherMs: GATHER_MS,
    ...(lease === undefined ? {} : { lease }),
    async heads() {
      looks += 1
      return [...lengths].map(([org, length]) => ({ org, version: String(length) }))
    },
  })
  return {
    clock,
    jobs,
    faults,
    steps,
    broken,
    running,
    looks: () => looks,
    cursor: (org: OrgId) => cursors.get(org) ?? 0,
    grow(org: OrgId, entries: number, { announce = true } = {}) {
      lengths.set(org, (lengths.get(org) ?? 0) + entries)
      if (announce) bus.announce(org)
    },
    [Symbol.asyncDispose]: () => running.stop(),
  }
}

describe('promise 4: organizations take turns by batches', () => {
  test('a flood in one does not delay another', async () => {
    await using consumer = setUp()
    await consumer.clock.pass(0)
    consumer.steps.length = 0
    consumer.grow(A, 50)
    consumer.grow(B, 2)
    await consumer.clock.pass(GATHER_MS)
    expect(consumer.steps.slice(0, 4)).toEqual([A, B, A, B])
    expect(consumer.cursor(A)).toBe(50)
  })
})

describe('promise 5: nothing stays unconsumed', () => {
  test('an announcement is handled at once, without a sweep over all organizations', async () => {
    await using consumer = setUp()
    await consumer.clock.pass(GATHER_MS)
    const looks = consumer.looks()
    consumer.grow(A, 1)
    await consumer.clock.pass(0)
    expect(consumer.cursor(A)).toBe(1)
    expect(consumer.looks()).toBe(looks)
  })

  test('the next sweep finds an entry whose announcement was lost', async () => {
    await using consumer = setUp()
    await consumer.clock.pass(GATHER_MS)
    consumer.grow(A, 1, { announce: false })
    await consumer.clock.pass(SWEEP_MS - 2 * GATHER_MS)
    expect(consumer.cursor(A)).toBe(0)
    await consumer.clock.pass(2 * GATHER_MS)
    expect(consumer.cursor(A)).toBe(1)
  })

  test('sweeps skip logs that did not change, except for every n-th sweep', async () => {
    await using consumer = setUp()
    consumer.grow(A, 1)
    await consumer.clock.pass(GATHER_MS)
    await consumer.clock.pass(SWEEP_MS + GATHER_MS)
    consumer.steps.length = 0
    await consumer.clock.pass((SWEEP_MS + GATHER_MS) * (FULL_SWEEP_EVERY - 2))
    expect(consumer.steps).toEqual([])
    await consumer.clock.pass((SWEEP_MS + GATHER_MS) * 2)
    expect(consumer.steps).toEqual([A])
  })
})

describe('promise 6: a failure', () => {
  test('pauses that organization, longer each time, while others continue', async () => {
    await using consumer = setUp()
    await consumer.clock.pass(GATHER_MS)
    consumer.broken.add(A)
    consumer.grow(A, 1)
    await consumer.clock.pass(0)
    consumer.steps.length = 0
    for (let n = 0; n < 3; n += 1) {
      consumer.grow(A, 1)
      consumer.grow(B, 1)
      await consumer.clock.pass(GATHER_MS)
    }
    expect(consumer.steps).toEqual([B, B, B])

    consumer.steps.length = 0
    await consumer.clock.pass(BACKOFF_MS.first * 7)
    expect(consumer.steps.filter((org) => org === A)).toHaveLength(3)
    consumer.broken.delete(A)
    await consumer.clock.pass(BACKOFF_MS.most)
    expect(consumer.cursor(A)).toBe(4)
  })

  test('is reported until that organization succeeds, whatever others do', async () => {
    await using consumer = setUp()
    await consumer.clock.pass(GATHER_MS)
    consumer.broken.add(A)
    consumer.grow(A, 1)
    for (let n = 0; n < 8; n += 1) {
      consumer.grow(B, 1)
      await consumer.clock.pass(BACKOFF_MS.first)
    }
    expect(consumer.jobs.failing()).toMatchObject([{ job: JOB, failures: consumer.faults.length }])
    consumer.broken.delete(A)
    await consumer.clock.pass(BACKOFF_MS.most)
    expect(consumer.jobs.failing()).toEqual([])
  })
})

describe('promise 8: a stop', () => {
  test('waits for the current batch and begins no other', async () => {
    const consumer = setUp()
    await consumer.clock.pass(0)
    consumer.grow(A, 1_000)
    await consumer.running.stop()
    const reached = consumer.cursor(A)
    await consumer.clock.pass(SWEEP_MS)
    expect(consumer.cursor(A)).toBe(reached)
    expect(consumer.faults).toEqual([])
  })
})

describe('promise 9: a lease', () => {
  test('is requested before every batch, and without it nothing is consumed', async () => {
    let left = 3
    await using consumer = setUp({ lease: { holds: async (_job, org) => org !== A || left-- > 0 } })
    await consumer.clock.pass(GATHER_MS)
    consumer.grow(A, 10)
    consumer.grow(B, 10)
    await consumer.clock.pass(GATHER_MS)
    expect([consumer.cursor(A), consumer.cursor(B)]).toEqual([3, 10])
  })
})

describe('promise 10: lag', () => {
  test('is measured in entries, and in the time since the slowest organization was caught up', async () => {
    await using consumer = setUp()
    await consumer.clock.pass(GATHER_MS)
    expect(consumer.running.lag()).toEqual({ entries: 0, seconds: 0 })
    consumer.broken.add(A)
    consumer.grow(A, 5)
    await consumer.clock.pass(5_000)
    expect(consumer.running.lag().seconds).toBeCloseTo(5, 0)
    consumer.broken.delete(A)
    await consumer.clock.pass(BACKOFF_MS.most)
    expect(consumer.running.lag()).toEqual({ entries: 0, seconds: 0 })
  })
})
