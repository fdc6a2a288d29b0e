import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import { LIMITS } from './limits.ts'
import type { Outcome } from './job-error.ts'
import type { TestJobs } from './testing/jobs-thread.ts'
import { threadPool, type JobBound, type ThreadPool, type ThreadPoolOptions } from './thread-pool.ts'

const A = 1 as OrgId
const B = 2 as OrgId
const PROGRAM = new URL('../../dist/testing/jobs-thread.js', import.meta.url)
const LONG: JobBound = { what: 'The test', ms: 60_000, limit: 'longMs', mend: 'Shorten it.' }
const SHORT: JobBound = { what: 'The test', ms: 300, limit: 'shortMs', mend: 'Shorten it.' }

const open: ThreadPool<TestJobs>[] = []
afterEach(() => Promise.all(open.splice(0).map((pool) => pool.close())))

function pool(options: Partial<ThreadPoolOptions> = {}): ThreadPool<TestJobs> & { readonly outcomes: Outcome[] } {
  const outcomes: Outcome[] = []
  const made = threadPool<TestJobs>({
    program: PROGRAM,
    threads: 1,
    threadsPerOrg: 1,
    waitingPerOrg: 10,
    waitMs: 60_000,
    onOutcome: (outcome) => outcomes.push(outcome),
    ...options,
  })
  open.push(made)
  return { ...made, outcomes }
}

/** A job that runs until it is told to end. */
function held() {
  const began = new SharedArrayBuffer(4)
  const ends = new SharedArrayBuffer(4)
  return {
    input: { began, ends },
    async begun() {
      while (Atomics.load(new Int32Array(began), 0) === 0) await nextTurn()
    },
    end: () => void Atomics.store(new Int32Array(ends), 0, 1),
  }
}

test('a job that never ends is ended at its deadline with an explanation, and the next job runs', async () => {
  const jobs = pool()
  const [endless, next] = await Promise.allSettled([
    jobs.run(A, 'forEver', undefined as never, { bound: SHORT }),
    jobs.run(B, 'echo', 'here', { bound: LONG }),
  ])
  expect(endless).toMatchObject({
    reason: {
      code: 'too_expensive',
      message: 'The test did not finish within 0.3 s (limit shortMs). Shorten it.',
      details: { limit: 'shortMs', allowed: 300 },
    },
  })
  expect(next).toMatchObject({ value: 'here' })
  expect(jobs.outcomes).toEqual(['deadline', 'done'])
})

test('while a job of one org runs forever, the event loop and the jobs of another org continue', async () => {
  const jobs = pool({ threads: 2 })
  const leaving = new AbortController()
  const endless = jobs.run(A, 'forEver', undefined as never, { bound: LONG, signal: leaving.signal })
  const others = []
  for (let n = 0; n < 5; n++) others.push(await jobs.run(B, 'echo', n, { bound: LONG }))
  expect(others).toEqual([0, 1, 2, 3, 4])
  leaving.abort()
  await expect(endless).rejects.toMatchObject({ message: 'The request was cut off.' })
})

test('one org never occupies all threads', async () => {
  const jobs = pool({ threads: 2 })
  const leaving = new AbortController()
  const many = Array.from({ length: 5 }, () =>
    jobs.run(A, 'forEver', undefined as never, { bound: LONG, signal: leaving.signal }),
  )
  expect(await jobs.run(B, 'echo', 'here', { bound: LONG })).toBe('here')
  expect([jobs.threads(), jobs.waiting()]).toEqual([2, 4])
  leaving.abort()
  expect((await Promise.allSettled(many)).every(({ status }) => status === 'rejected')).toBe(true)
})

test.each(['hoard', 'hoardInSteps'] as const)('a job that exceeds its memory limit is ended (%s)', async (name) => {
  const jobs = pool({ memory: { heapMiB: 48, jobBytes: 24 * 1024 * 1024 } })
  const [bomb, next] = await Promise.allSettled([
    jobs.run(A, name, undefined as never, { bound: LONG }),
    jobs.run(B, 'echo', 'here', { bound: LONG }),
  ])
  const limit = name === 'hoard' ? 'threadHeapMiB' : 'threadJobBytes'
  expect(bomb).toMatchObject({
    reason: {
      code: 'too_expensive',
      message: `The test needed more memory than it may use (limit ${limit}). Shorten it.`,
    },
  })
  expect(next).toMatchObject({ value: 'here' })
  expect(jobs.outcomes).toEqual(['memory', 'done'])
})

test('a result over the size limit is refused with the name of the limit', async () => {
  const jobs = pool()
  await expect(jobs.run(A, 'large', LIMITS.threadReplyBytes + 1, { bound: LONG })).rejects.toMatchObject({
    code: 'too_expensive',
    details: { limit: 'threadReplyBytes' },
  })
  expect(await jobs.run(A, 'large', 1_000, { bound: LONG })).toHaveLength(1_000)
})

test('an error of a job reaches its caller unchanged, and its thread is reused', async () => {
  const jobs = pool()
  await jobs.run(A, 'count', undefined as never, { bound: LONG })
  await expect(jobs.run(A, 'refuse', 'No.', { bound: LONG })).rejects.toMatchObject({
    code: 'rule_invalid',
    message: 'No.',
  })
  await expect(jobs.run(A, 'fail', undefined as never, { bound: LONG })).rejects.toThrow('a fault of ours')
  expect(await jobs.run(B, 'count', undefined as never, { bound: LONG })).toBe(2)
  expect(jobs.outcomes).toEqual(['done', 'refused', 'failed', 'done'])
})

test('a thread that crashes fails only its own job', async () => {
  const jobs = pool()
  const [crashed, next] = await Promise.allSettled([
    jobs.run(A, 'crash', undefined as never, { bound: LONG }),
    jobs.run(A, 'echo', 'here', { bound: LONG }),
  ])
  expect(crashed).toMatchObject({ status: 'rejected', reason: { message: 'A thread ended with code 7.' } })
  expect(next).toMatchObject({ value: 'here' })
})

test('with one thread, the jobs of two orgs alternate however many one has', async () => {
  const jobs = pool()
  const gate = held()
  const order: string[] = []
  const first = jobs.run(A, 'until', gate.input, { bound: LONG })
  await gate.begun()
  const rest = [A, A, A, B, B].map(async (org) => {
    await jobs.run(org, 'echo', org, { bound: LONG })
    order.push(org === A ? 'A' : 'B')
  })
  gate.end()
  await Promise.all([first, ...rest])
  expect(order).toEqual(['A', 'B', 'A', 'B', 'A'])
})

test('jobs over the waiting limit of an org are refused with a retry delay, but another org may still wait', async () => {
  const jobs = pool({ waitingPerOrg: 2 })
  const gate = held()
  const running = jobs.run(A, 'until', gate.input, { bound: LONG })
  await gate.begun()
  const waiting = [A, A, B].map((org) => jobs.run(org, 'echo', 'here', { bound: LONG }))
  await expect(jobs.run(A, 'echo', 'here', { bound: LONG })).rejects.toMatchObject({
    code: 'rate_limited',
    details: { limit: 'ruleJobsWaiting', allowed: 2, retryAfterSeconds: 2 },
  })
  gate.end()
  expect(await Promise.all([running, ...waiting])).toEqual(['ended', 'here', 'here', 'here'])
  expect(jobs.outcomes[0]).toBe('rate_limited')
})

test('a job that waits too long for a thread is refused', async () => {
  const jobs = pool({ waitMs: 50 })
  const gate = held()
  const running = jobs.run(A, 'until', gate.input, { bound: LONG })
  await gate.begun()
  await expect(jobs.run(B, 'echo', 'here', { bound: LONG })).rejects.toMatchObject({ code: 'rate_limited' })
  gate.end()
  await running
})

test('a caller that leaves while waiting costs nothing, and one that leaves later ends its running job', async () => {
  const jobs = pool()
  const leaving = new AbortController()
  const running = jobs.run(A, 'forEver', undefined as never, { bound: LONG, signal: leaving.signal })
  const waiting = jobs.run(A, 'echo', 1, { bound: LONG, signal: leaving.signal })
  const next = jobs.run(B, 'count', undefined as never, { bound: LONG })
  leaving.abort()
  expect((await Promise.allSettled([running, waiting])).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await next).toBe(1)
  expect(jobs.outcomes.toSorted()).toEqual(['aborted', 'aborted', 'done'])
})

test('a short job whose caller left does not cost the pool a thread', async () => {
  const jobs = pool()
  const leaving = new AbortController()
  await jobs.run(A, 'count', undefined as never, { bound: LONG })
  const short = jobs.run(A, 'count', undefined as never, { bound: LONG, signal: leaving.signal })
  await Promise.resolve()
  leaving.abort()
  await expect(short).rejects.toMatchObject({ code: 'invalid_input' })
  expect(await jobs.run(A, 'count', undefined as never, { bound: LONG })).toBeGreaterThan(1)
})

test('a lease keeps one thread and its state for several jobs, and a later lease can request that thread', async () => {
  const jobs = pool({ threads: 2, threadsPerOrg: 2 })
  {
    using one = await jobs.lease(A)
    using other = await jobs.lease(A)
    expect(await one.run('count', undefined as never, { bound: LONG })).toBe(1)
    expect(await one.run('count', undefined as never, { bound: LONG })).toBe(2)
    expect(await other.run('count', undefined as never, { bound: LONG })).toBe(1)
    one.has.add('rules of A')
  }
  for (let n = 3; n < 6; n++) {
    using again = await jobs.lease(B, { prefer: 'rules of A' })
    expect(again.has.has('rules of A')).toBe(true)
    expect(await again.run('count', undefined as never, { bound: LONG })).toBe(n)
  }
})

test('a lease between two jobs does not count as computing, so leases of two orgs alternate', async () => {
  const jobs = pool({ threads: 2, atOnce: 1 })
  using one = await jobs.lease(A)
  using other = await jobs.lease(B)
  const order: string[] = []
  const work = async (lease: typeof one, who: string) => {
    for (let n = 0; n < 3; n++) {
      await lease.run('echo', n, { bound: LONG })
      order.push(who)
    }
  }
  await Promise.all([work(one, 'A'), work(other, 'B')])
  expect(order).toEqual(['A', 'B', 'A', 'B', 'A', 'B'])
})

test('an ended lease gives no more results, and returns its thread', async () => {
  const jobs = pool()
  {
    using lease = await jobs.lease(A)
    await expect(lease.run('forEver', undefined as never, { bound: SHORT })).rejects.toMatchObject({
      code: 'too_expensive',
    })
    await expect(lease.run('echo', 1, { bound: LONG })).rejects.toMatchObject({ code: 'too_expensive' })
  }
  expect(await jobs.run(B, 'echo', 1, { bound: LONG })).toBe(1)
})

test('closing ends an endless job and refuses waiting ones, but a short running job gets its result', async () => {
  const jobs = pool({ threads: 2 })
  const gate = held()
  const begun = Promise.allSettled([
    jobs.run(A, 'forEver', undefined as never, { bound: LONG }),
    jobs.run(A, 'echo', 1, { bound: LONG }),
    jobs.run(B, 'until', gate.input, { bound: LONG }),
  ])
  await gate.begun()
  const closed = jobs.close()
  gate.end()
  await closed
  expect(jobs.threads()).toBe(0)
  expect(await begun).toMatchObject([
    { reason: { code: 'shutting_down' } },
    { reason: { code: 'shutting_down' } },
    { value: 'ended' },
  ])
  await expect(jobs.run(B, 'echo', 1, { bound: LONG })).rejects.toMatchObject({ code: 'shutting_down' })
})
