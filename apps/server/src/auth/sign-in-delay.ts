import { DomainError } from '@sentinelmesh/api/constants'
import type { Clock } from '../clock.ts'

/** So many wrong passwords cost nothing: people mistype. */
const FREE_FAILURES = 4
const FIRST_DELAY_MS = 1_000
const LONGEST_DELAY_MS = 30_000
const FORGET_MS = 15 * 60_000
/** Oldest are forgotten first. */
const REMEMBERED = 10_000

/**
 * A delay that doubles with each wrong password, per user and network together: who guesses from elsewhere slows only
 * themselves down, and an owner is never locked out. The delay ends; it is told with `Retry-After`.
 */
export function signInDelay(clock: Clock) {
  const failures = new Map<string, { count: number; last: number }>()
  const keyOf = (username: string, network: string | null) => `${network ?? ''}\n${username}`

  return {
    /** Throws `rate_limited` while the delay runs. */
    check(username: string, network: string | null): void {
      const known = failures.get(keyOf(username, network))
      if (known === undefined || known.count < FREE_FAILURES) return
      const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (known.count - FREE_FAILURES))
      const left = known.last + delay - clock.now()
      if (left <= 0) return
      const seconds = Math.ceil(left / 1000)
      throw new DomainError('rate_limited', {
        say: `Too many wrong passwords. Try again in ${seconds} s.`,
        retryAfterSeconds: seconds,
      })
    },
    failed(username: string, network: string | null): void {
      const key = keyOf(username, network)
      const known = failures.get(key)
      const count = known !== undefined && clock.now() - known.last < FORGET_MS ? known.count + 1 : 1
      failures.delete(key)
      failures.set(key, { count, last: clock.now() })
      const oldest = failures.keys().next()
      if (failures.size > REMEMBERED && !oldest.done) failures.delete(oldest.value)
    },
    succeeded(username: string, network: string | null): void {
      failures.delete(keyOf(username, network))
    },
  }
}

export type SignInDelay = ReturnType<typeof signInDelay>
