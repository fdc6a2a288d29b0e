import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { byPriority, fairQueue, roundRobin, type RoundRobin } from '@sentinelmesh/flow/fair-queue'

/** Identifies the network and user that a password check belongs to. */
export interface PasswordCheck {
  readonly network: string | null
  readonly username: string
  /** Signed in here before, or holds the data folder. */
  readonly known: boolean
}

type Networks = RoundRobin<string | null, PasswordCheck, RoundRobin<string, PasswordCheck>>

/**
 * Runs a bounded number of password checks at once: networks round-robin, and within one its users, so that those with the
 * most checks wait longest. Strangers have one check running at most, so that known users never wait for them; and they
 * have one while any of them wait, so that known users do not keep them out.
 */
export function passwordQueue(slots: number) {
  const known = roundRobinOfNetworks()
  const strangers = roundRobinOfNetworks()
  const running = { known: 0, strangers: 0 }
  const count = (check: PasswordCheck, by: 1 | -1) => (running[check.known ? 'known' : 'strangers'] += by)

  const queue = fairQueue<PasswordCheck>({
    line: byPriority([[true, known] as const, [false, strangers] as const], (check) => check.known),
    mayStart(check) {
      if (running.known + running.strangers >= slots) return false
      const isStrangersTurn = strangers.size > 0 && running.strangers === 0 && running.known > 0
      return check.known ? !isStrangersTurn : running.strangers === 0
    },
    onStart: (check) => count(check, 1),
    onEnd: (check) => count(check, -1),
    admit(check) {
      const networks = check.known ? known : strangers
      if (networks.sizeOf(check.network) >= LIMITS.passwordsWaitingOfNetwork) throw tooMany('passwordsWaitingOfNetwork')
      if (networks.size >= LIMITS.passwordsWaiting) makeRoom(networks, check)
    },
  })

  /** Refuses the newest check of the network with the longest line; throws if that network is the one that asks. */
  function makeRoom(networks: Networks, { network }: PasswordCheck): void {
    const longest = networks.longest()
    if (longest === undefined || longest.size <= networks.sizeOf(network) + 1) throw tooMany('passwordsWaiting')
    const newest = [...(longest.longest() ?? [])].at(-1)
    if (newest !== undefined) queue.refuse(newest, tooMany('passwordsWaiting'))
  }

  return {
    /** Throws `rate_limited` when too many wait. */
    async run<Result>(check: PasswordCheck, work: () => Promise<Result>): Promise<Result> {
      using _slot = await queue.enter({ ...check })
      return await work()
    },
  }
}

function roundRobinOfNetworks(): Networks {
  return roundRobin(
    ({ network }) => network,
    () => roundRobin(({ username }: PasswordCheck) => username),
  )
}

function tooMany(limit: 'passwordsWaiting' | 'passwordsWaitingOfNetwork'): DomainError {
  return new DomainError('rate_limited', {
    say: `${LIMITS[limit]} passwords are waiting to be checked (limit ${limit}). Try again shortly.`,
    limit,
    allowed: LIMITS[limit],
    retryAfterSeconds: 2,
  })
}
