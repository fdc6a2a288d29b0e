import { describe, expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import type { Bus } from '../src/bus.ts'
import type { Clock } from '../src/clock.ts'
import { testClock } from './test-clock.ts'

/** Two ends of one bus, as two replicas would have them. In one process, both can be the same object. */
export interface BusUnderTest extends AsyncDisposable {
  readonly announcing: Bus
  readonly following: Bus
}

const ORG = 1 as OrgId
const OTHER = 2 as OrgId
const NEVER = new AbortController().signal
/** The test clock does not advance by itself, so only a test's own actions end a wait of this length. */
const LONG_MS = 60_000

/** Tests the contract of `Bus` for any implementation. `open` gets the clock that waits must use. */
export function busConformance(name: string, open: (clock: Clock) => Promise<BusUnderTest>): void {
  describe(`${name} as a Bus`, () => {
    test('an announcement before a wait ends that wait at once', async () => {
      await using bus = await open(testClock())
      using follow = bus.following.follow(ORG)
      bus.announcing.announce(ORG)
      await expect(follow.wait(LONG_MS, NEVER)).resolves.toBeUndefined()
    })

    test('an announcement ends the wait of every follower of the org', async () => {
      const clock = testClock()
      await using bus = await open(clock)
      using one = bus.following.follow(ORG)
      using another = bus.following.follow(ORG)
      const waits = Promise.all([one.wait(LONG_MS, NEVER), another.wait(LONG_MS, NEVER)])
      expect(clock.sleeping()).toBe(2)
      bus.announcing.announce(ORG)
      await waits
    })

    test('an announcement for another org does not end a wait before its timeout', async () => {
      const clock = testClock()
      await using bus = await open(clock)
      using follow = bus.following.follow(ORG)
      using other = bus.following.follow(OTHER)
      const otherWait = other.wait(LONG_MS, NEVER)
      const wait = follow.wait(LONG_MS, NEVER)
      bus.announcing.announce(OTHER)
      await otherWait
      expect(clock.sleeping()).toBe(1)
      await clock.pass(LONG_MS)
      await wait
    })

    test('a wait ends at once when its signal aborts or is already aborted', async () => {
      await using bus = await open(testClock())
      using follow = bus.following.follow(ORG)
      const stop = new AbortController()
      const wait = follow.wait(LONG_MS, stop.signal)
      stop.abort()
      await expect(wait).resolves.toBeUndefined()
      await expect(follow.wait(LONG_MS, stop.signal)).resolves.toBeUndefined()
    })

    test('a follower of all orgs gets the orgs announced since its last wait', async () => {
      const clock = testClock()
      await using bus = await open(clock)
      using all = bus.following.followAll()
      const announced = new Set<OrgId>()
      bus.announcing.announce(ORG)
      bus.announcing.announce(OTHER)
      while (announced.size < 2) for (const org of await all.wait(LONG_MS, NEVER)) announced.add(org)
      expect(announced).toEqual(new Set([ORG, OTHER]))
      const wait = all.wait(LONG_MS, NEVER)
      await clock.pass(LONG_MS)
      expect(await wait).toEqual(new Set())
    })

    test('a disposed follower does not block the others', async () => {
      await using bus = await open(testClock())
      using follow = bus.following.follow(ORG)
      const gone = bus.following.follow(ORG)
      gone[Symbol.dispose]()
      gone[Symbol.dispose]()
      bus.announcing.announce(ORG)
      await expect(follow.wait(LONG_MS, NEVER)).resolves.toBeUndefined()
      bus.announcing.announce(OTHER)
    })
  })
}
