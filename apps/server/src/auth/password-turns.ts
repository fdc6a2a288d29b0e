import { DomainError, LIMITS } from '@sentinelmesh/api/constants'

/** Identifies the network and user that a password check belongs to. */
export interface Turn {
  readonly network: string | null
  readonly username: string
  /** Signed in here before, or holds the data folder. */
  readonly known: boolean
}

interface Job {
  readonly start: () => void
  readonly refuse: (error: DomainError) => void
}

/**
 * Hands out a bounded number of turns. Networks take turns, and within one its users do, so that who asks often waits
 * longest. Strangers have one turn at a time at most, so that known users never wait for them; and strangers have one
 * while any of them wait, so that known users do not keep them out.
 */
export function passwordTurns(atOnce: number) {
  const classes = { known: roundRobin(), strangers: roundRobin() }
  const running = { known: 0, strangers: 0 }

  function next(): 'known' | 'strangers' | null {
    const { known, strangers } = classes
    if (running.known + running.strangers >= atOnce) return null
    if (strangers.size() > 0 && running.strangers === 0 && (known.size() === 0 || running.known > 0)) return 'strangers'
    return known.size() > 0 ? 'known' : null
  }

  function startNext(): void {
    for (let kind = next(); kind !== null; kind = next()) {
      running[kind] += 1
      classes[kind].take()?.start()
    }
  }

  return {
    /** Throws `rate_limited` when too many wait. */
    async run<Result>(turn: Turn, work: () => Promise<Result>): Promise<Result> {
      const kind = turn.known ? 'known' : 'strangers'
      await new Promise<void>((start, refuse) => {
        classes[kind].add(turn, { start, refuse })
        startNext()
      })
      try {
        return await work()
      } finally {
        running[kind] -= 1
        startNext()
      }
    },
  }
}

/** A queue for each user of each network. The order of a map's keys is the order of the turns. */
function roundRobin() {
  const networks = new Map<string, { size: number; users: Map<string, Job[]> }>()
  let size = 0

  function changeSize(name: string, by: 1 | -1): void {
    size += by
    const network = networks.get(name)
    if (network === undefined) return
    network.size += by
    if (network.size === 0) networks.delete(name)
  }

  /** Makes room by refusing a job of the network with most of them; throws when that is the one that asks. */
  function makeRoom(asking: string): void {
    let longest = { name: asking, size: (networks.get(asking)?.size ?? 0) + 1 }
    for (const [name, network] of networks) if (network.size > longest.size) longest = { name, size: network.size }
    if (longest.name === asking) throw tooMany('passwordsWaiting')
    const users = networks.get(longest.name)?.users ?? new Map<string, Job[]>()
    const [username, jobs] = [...users].reduce((most, one) => (one[1].length > most[1].length ? one : most))
    const refused = jobs.pop()
    if (jobs.length === 0) users.delete(username)
    changeSize(longest.name, -1)
    refused?.refuse(tooMany('passwordsWaiting'))
  }

  return {
    size: () => size,
    add({ network, username }: Turn, job: Job): void {
      const name = network ?? ''
      const known = networks.get(name)
      if ((known?.size ?? 0) >= LIMITS.passwordsWaitingOfNetwork) throw tooMany('passwordsWaitingOfNetwork')
      if (size >= LIMITS.passwordsWaiting) makeRoom(name)
      const { users } = known ?? { users: new Map<string, Job[]>() }
      if (known === undefined) networks.set(name, { size: 0, users })
      const jobs = users.get(username)
      if (jobs === undefined) users.set(username, [job])
      else jobs.push(job)
      changeSize(name, 1)
    },
    take(): Job | undefined {
      const [first] = networks
      if (first === undefined) return undefined
      const [name, network] = first
      const [user] = network.users
      if (user === undefined) return undefined
      const [username, jobs] = user
      const job = jobs.shift()
      network.users.delete(username)
      if (jobs.length > 0) network.users.set(username, jobs)
      networks.delete(name)
      networks.set(name, network)
      changeSize(name, -1)
      return job
    },
  }
}

function tooMany(limit: 'passwordsWaiting' | 'passwordsWaitingOfNetwork'): DomainError {
  return new DomainError('rate_limited', {
    say: `${LIMITS[limit]} passwords are waiting to be checked (limit ${limit}). Try again shortly.`,
    limit,
    allowed: LIMITS[limit],
    retryAfterSeconds: 2,
  })
}
