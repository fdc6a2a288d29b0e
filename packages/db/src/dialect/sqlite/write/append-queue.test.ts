import { describe, expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import { LIMITS } from '../../../limits.ts'
import type { AppendLane } from '../../../log-store.ts'
import { anEntry, times } from '../../../testing/entries.ts'
import { appendQueue } from './append-queue.ts'

const A = 1 as OrgId
const B = 2 as OrgId
const C = 3 as OrgId

const refusedBy = (limit: string) =>
  expect.objectContaining({ code: 'store_busy', details: expect.objectContaining({ limit }) as object }) as Error

/** A queue that records the order in which its calls are taken. */
function queued() {
  const queue = appendQueue()
  const names = new Map<object, string>()
  return {
    queue,
    add(org: OrgId, name: string, { lane = 'bulk', entries = 1 }: { lane?: AppendLane; entries?: number } = {}) {
      const resolve = () => {}
      names.set(resolve, name)
      queue.add({ org, entries: times(entries, () => anEntry()), lane, resolve, reject: () => {} })
    },
    take() {
      const batch = queue.take()
      queue.done(batch)
      return batch.map((call) => names.get(call.resolve))
    },
  }
}

describe('a verdict', () => {
  test('is written before earlier bulk entries of its organization', () => {
    const { add, take } = queued()
    for (let n = 0; n < 10; n++) add(A, `bulk ${n}`, { entries: LIMITS.batchEntries })
    expect(take()).toEqual(['bulk 0'])
    add(A, 'verdict', { lane: 'verdict' })
    expect(take()).toEqual(['verdict'])
  })

  test('is accepted when bulk entries have filled its organization’s share', () => {
    const { add, queue } = queued()
    const share = LIMITS.queueEntries * LIMITS.queueOrgShare
    for (let n = 0; n < share / LIMITS.batchEntries; n++) add(A, 'bulk', { entries: LIMITS.batchEntries })
    expect(() => add(A, 'bulk')).toThrow(refusedBy('queueEntries'))
    add(A, 'verdict', { lane: 'verdict' })
    expect(queue.entries).toBe(share + 1)
  })

  test('is accepted when other organizations have filled the queue', () => {
    const { add } = queued()
    for (const org of [A, B])
      for (let n = 0; n < (LIMITS.queueEntries * LIMITS.queueOrgShare) / LIMITS.batchEntries; n++)
        add(org, 'bulk', { entries: LIMITS.batchEntries })
    expect(() => add(C, 'bulk')).toThrow(refusedBy('queueEntries'))
    expect(() => add(C, 'verdict', { lane: 'verdict' })).not.toThrow()
  })
})

test('verdicts have their own limits, and a flood from one organization leaves room for others', () => {
  const { add } = queued()
  const share = LIMITS.verdictQueueEntries * LIMITS.queueOrgShare
  for (let n = 0; n < share; n++) add(A, 'verdict', { lane: 'verdict' })
  expect(() => add(A, 'verdict', { lane: 'verdict' })).toThrow(refusedBy('verdictQueueEntries'))
  add(B, 'verdict', { lane: 'verdict' })
})

test('during a flood of verdicts, every other batch contains bulk entries', () => {
  const { add, take } = queued()
  for (let n = 0; n < 3; n++) {
    for (const lane of ['bulk', 'verdict'] as const)
      add(A, `${lane} ${n}`, { lane, entries: 0.6 * LIMITS.batchEntries })
  }
  expect(times(6, take).flat()).toEqual(['verdict 0', 'bulk 0', 'verdict 1', 'bulk 1', 'verdict 2', 'bulk 2'])
})
