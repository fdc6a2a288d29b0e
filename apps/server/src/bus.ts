import type { OrgId } from '@sentinelmesh/api'
import type { Clock } from './clock.ts'

/**
 * Tells that an org's log has grown. An announcement is a hint: it carries nothing, may come twice, and whoever waits
 * reads the store again. Promised: an announcement made after `follow` returned ends the next `wait`.
 */
export interface Bus {
  announce(org: OrgId): void
  follow(org: OrgId): Follow
  /** All orgs: `wait` says which were announced. */
  followAll(): FollowAll
}

export interface Follow extends Disposable {
  /** Ends at the next announcement, or at once if there was one since the last wait; also on abort or after `ms`. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

export interface FollowAll extends Disposable {
  /** As `Follow.wait`; the orgs that were announced since the last one. */
  wait(ms: number, signal: AbortSignal): Promise<ReadonlySet<OrgId>>
}

/** For one process. */
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

/** One waits at a time. */
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
        resume = () => waiting.abort()
        signal.addEventListener('abort', resume, { once: true })
        await sleep(ms, waiting.signal)
        signal.removeEventListener('abort', resume)
        resume = undefined
      }
      rung = false
    },
  }
}
