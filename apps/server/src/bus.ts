import type { OrgId } from '@sentinelmesh/api'
import type { Clock } from './clock.ts'

/**
 * Announces that an org's log has grown. An announcement is a hint: it carries no data and may arrive twice, so a
 * follower reads the store again. An announcement that is made after `follow` returned always ends the next `wait`.
 */
export interface Bus {
  announce(org: OrgId): void
  follow(org: OrgId): Follow
  /** Follows all orgs. `wait` returns those that were announced. */
  followAll(): FollowAll
}

export interface Follow extends Disposable {
  /**
   * Ends at the next announcement, or immediately if there was one since the last wait. Also ends on abort or after
   * `ms`.
   */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

export interface FollowAll extends Disposable {
  /** Like `Follow.wait`. Resolves to the orgs that were announced since the last wait. */
  wait(ms: number, signal: AbortSignal): Promise<ReadonlySet<OrgId>>
}

/** A bus within one process. */
export function memoryBus({ sleep }: Pick<Clock, 'sleep'>): Bus {
  const followers = new Map<OrgId, Set<Bell>>()
  const ofAll = new Set<(org: OrgId) => void>()
  return {
    announce(org) {
      for (const bell of followers.get(org) ?? []) bell.ring()
      for (const tell of ofAll) tell(org)
    },
    follow(org) {
      const bell = newBell(sleep)
      const ofOrg = followers.get(org) ?? new Set()
      followers.set(org, ofOrg.add(bell))
      return {
        wait: bell.wait,
        [Symbol.dispose]() {
          ofOrg.delete(bell)
          if (ofOrg.size === 0 && followers.get(org) === ofOrg) followers.delete(org)
        },
      }
    },
    followAll() {
      const bell = newBell(sleep)
      let announced = new Set<OrgId>()
      const tell = (org: OrgId) => {
        announced.add(org)
        bell.ring()
      }
      ofAll.add(tell)
      return {
        async wait(ms, signal) {
          await bell.wait(ms, signal)
          const orgs = announced
          announced = new Set()
          return orgs
        },
        [Symbol.dispose]: () => void ofAll.delete(tell),
      }
    },
  }
}

interface Bell {
  ring(): void
  readonly wait: Follow['wait']
}

/**
 * Why a wait ended. Without a reason, `abort` creates an error with a stack each time, which took 10 % of the processor
 * time of a busy tail.
 */
const ANNOUNCED = 'announced'

/** Supports one waiter at a time. */
function newBell(sleep: Clock['sleep']): Bell {
  let rung = false
  let resume: (() => void) | undefined
  return {
    ring() {
      rung = true
      resume?.()
    },
    async wait(ms, signal) {
      if (!rung && !signal.aborted) {
        const waiting = new AbortController()
        resume = () => waiting.abort(ANNOUNCED)
        signal.addEventListener('abort', resume, { once: true })
        await sleep(ms, waiting.signal)
        signal.removeEventListener('abort', resume)
        resume = undefined
      }
      rung = false
    },
  }
}
