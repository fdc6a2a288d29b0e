import type { OrgId } from '@sentinelmesh/api'

/**
 * Tells that an org's log has grown. An announcement is a hint: it carries nothing, may come twice, and whoever waits
 * reads the store again. Promised: an announcement made after `follow` returned ends the next `wait`.
 */
export interface Bus {
  announce(org: OrgId): void
  follow(org: OrgId): Follow
}

export interface Follow extends Disposable {
  /** Ends at the next announcement, or at once if there was one since the last wait; also on abort or after `ms`. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

export function memoryBus(): Bus {
  const followers = new Map<OrgId, Set<() => void>>()
  return {
    announce(org) {
      for (const wake of followers.get(org) ?? []) wake()
    },
    follow(org) {
      let announced = false
      let resume: (() => void) | undefined
      const wake = () => {
        announced = true
        resume?.()
      }
      const ofOrg = followers.get(org) ?? new Set()
      followers.set(org, ofOrg.add(wake))
      return {
        async wait(ms, signal) {
          if (!announced && !signal.aborted) {
            await new Promise<void>((resolve) => {
              const timer = setTimeout(resolve, ms)
              resume = () => {
                clearTimeout(timer)
                resolve()
              }
              signal.addEventListener('abort', resume, { once: true })
            })
            if (resume !== undefined) signal.removeEventListener('abort', resume)
            resume = undefined
          }
          announced = false
        },
        [Symbol.dispose]() {
          ofOrg.delete(wake)
          if (ofOrg.size === 0 && followers.get(org) === ofOrg) followers.delete(org)
        },
      }
    },
  }
}
