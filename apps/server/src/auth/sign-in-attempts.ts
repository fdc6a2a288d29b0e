import { setTimeout as sleep } from 'node:timers/promises'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import type { Clock } from '../clock.ts'
import { leastRecentlyUsed } from './least-recently-used.ts'

const FIRST_DELAY_MS = 1_000
const LONGEST_DELAY_MS = 30_000
/** Wrong passwords older than this count no more. */
const FORGET_MS = 15 * 60_000
/** Users who signed in from a network, so that strangers who share it with them cannot use up their attempts. */
const KNOWN_PAIRS = 10_000
/** Counters are remembered per user with network or device, and per network. */
const REMEMBERED = 10_000
/** When too many are remembered, the least suspicious of this many oldest is forgotten. */
const FORGET_AMONG = 64

/** One attempt to sign in. */
export interface Claimant {
  readonly username: string
  /** Null through the socket in the data folder. */
  readonly network: string | null
  /** Proof that this user signed in here before: the id of a device cookie, or a family of refresh tokens. */
  readonly device: string | null
}

export interface SignInAttempts {
  /**
   * Runs the check of one password. The attempt counts before the check begins, so attempts that come together see the
   * same delay as those that come one by one; a right password gives its attempt back. `check` resolves to undefined for
   * a wrong password. It learns whether the claimant is known: by a device, or by a sign-in from this network before.
   * Throws `rate_limited` without calling `check`.
   */
  run<Result>(claimant: Claimant, check: (known: boolean) => Promise<Result | undefined>): Promise<Result | undefined>
  /** This user proved their identity from this network without signing in. */
  know(claimant: Omit<Claimant, 'device'>): void
}

/** Attempts that count together. */
interface Lane {
  failures: number
  /** Attempts that are being checked. */
  pending: number
  /** When the last one failed, and from when on the next one may begin. Monotonic milliseconds, like all times here. */
  failedAt: number
  readyAt: number
  /** Attempts that begin or are refused once one of the pending ones has ended. */
  waiting: (() => void)[]
}

/** All strangers of one network: a bucket of wrong passwords that empties with time. */
interface Network {
  level: number
  levelAt: number
  pending: number
  waiting: (() => void)[]
}

/** A refusal is sent after so long, so that a flood of guesses over some connections leaves the server time for others. */
const REFUSAL_MS = 250

/**
 * Bounds how many passwords can be guessed, and locks nobody out.
 *
 * Wrong passwords are counted for a user together with a network, or with a device that this user signed in on before:
 * who guesses from elsewhere slows only themselves down, and a known device is not slowed down by anybody else. After a
 * few, attempts are checked one at a time, with a delay that doubles. Over all users, a network has a limit of its own,
 * against guesses that go round through many usernames; users who signed in from that network before do not count
 * towards it.
 */
export function signInAttempts(clock: Clock, refusalMs = REFUSAL_MS): SignInAttempts {
  const lanes = new Map<string, Lane>()
  const networks = new Map<string, Network>()
  const knownPairs = leastRecentlyUsed<true>(KNOWN_PAIRS)

  function laneOf(key: string): Lane {
    const now = clock.monotonic()
    const known = lanes.get(key)
    if (known !== undefined) {
      if (known.pending === 0 && now - known.failedAt >= FORGET_MS) known.failures = 0
      return known
    }
    const lane: Lane = { failures: 0, pending: 0, failedAt: now, readyAt: now, waiting: [] }
    lanes.set(key, lane)
    forgetOne(lanes, ({ failures }) => failures)
    return lane
  }

  function networkStateOf(key: string): Network {
    const now = clock.monotonic()
    let network = networks.get(key)
    if (network === undefined) {
      network = { level: 0, levelAt: now, pending: 0, waiting: [] }
      networks.set(key, network)
      forgetOne(networks, ({ level }) => level)
    }
    network.level = Math.max(network.pending, network.level - (now - network.levelAt) / LIMITS.signInNetworkRefillMs)
    network.levelAt = now
    return network
  }

  /** The lane or network that an attempt must wait for. Null if it may begin now. Throws `rate_limited`. */
  function blockedBy(lane: Lane, network: Network | null): Lane | Network | null {
    const delayed = lane.failures >= LIMITS.signInFailures
    const left = lane.readyAt - clock.monotonic()
    if (delayed && lane.pending === 0 && left > 0) throw tooManyOfUser(left)
    if (delayed ? lane.pending > 0 : lane.failures + lane.pending >= LIMITS.signInFailures) return lane
    if (network === null || network.level + 1 <= LIMITS.signInNetworkFailures) return null
    if (network.pending > 0) return network
    throw tooManyOfNetwork((network.level + 1 - LIMITS.signInNetworkFailures) * LIMITS.signInNetworkRefillMs)
  }

  async function begin(laneKey: string, networkKey: string | null) {
    for (;;) {
      const lane = laneOf(laneKey)
      const network = networkKey === null ? null : networkStateOf(networkKey)
      const blocked = blockedBy(lane, network)
      if (blocked === null) {
        lane.pending += 1
        if (network !== null) {
          network.pending += 1
          network.level += 1
        }
        return { lane, network }
      }
      if (blocked.waiting.length >= LIMITS.signInsWaiting) throw tooManyWaiting()
      await new Promise<void>((resolve) => blocked.waiting.push(resolve))
    }
  }

  function failed(lane: Lane): void {
    lane.failures += 1
    lane.failedAt = clock.monotonic()
    const doubled = FIRST_DELAY_MS * 2 ** Math.max(0, lane.failures - LIMITS.signInFailures)
    lane.readyAt = lane.failedAt + Math.min(LONGEST_DELAY_MS, doubled)
  }

  return {
    async run(claimant, check) {
      const { username, network: from, device } = claimant
      const pair = pairOf(claimant)
      const known = device !== null || from === null || knownPairs.get(pair) !== undefined
      const laneKey = device === null ? pair : `device\n${device}\n${username}`
      const { lane, network } = await begin(laneKey, known ? null : from).catch(async (refused: unknown) => {
        await sleep(refusalMs)
        throw refused
      })
      let outcome: 'right' | 'wrong' | 'unchecked' = 'unchecked'
      try {
        const result = await check(known)
        outcome = result === undefined ? 'wrong' : 'right'
        return result
      } finally {
        lane.pending -= 1
        if (outcome === 'wrong') failed(lane)
        if (outcome === 'right') {
          lane.failures = 0
          knownPairs.set(pair, true)
        }
        if (lane.failures === 0 && lane.pending === 0) lanes.delete(laneKey)
        if (network !== null) {
          network.pending -= 1
          if (outcome !== 'wrong') network.level = Math.max(0, network.level - 1)
        }
        for (const ready of [...lane.waiting.splice(0), ...(network?.waiting.splice(0) ?? [])]) ready()
      }
    },
    know: (claimant) => knownPairs.set(pairOf(claimant), true),
  }
}

function pairOf({ username, network }: Omit<Claimant, 'device'>): string {
  return `network\n${network ?? ''}\n${username}`
}

/**
 * Bounds a map in which somebody may want their own count to be forgotten: they would have to fill it with counts as high
 * as theirs. What is in use stays.
 */
function forgetOne<State extends { pending: number; waiting: readonly unknown[] }>(
  states: Map<string, State>,
  suspicion: (state: State) => number,
): void {
  if (states.size <= REMEMBERED) return
  let least: { key: string; suspicion: number } | undefined
  let looked = 0
  for (const [key, state] of states) {
    if (looked === FORGET_AMONG) break
    looked += 1
    if (state.pending > 0 || state.waiting.length > 0) continue
    if (least === undefined || suspicion(state) < least.suspicion) least = { key, suspicion: suspicion(state) }
  }
  if (least !== undefined) states.delete(least.key)
}

function tooManyOfUser(leftMs: number): DomainError {
  const seconds = Math.ceil(leftMs / 1000)
  return new DomainError('rate_limited', {
    say: `Too many wrong passwords. Try again in ${seconds} s.`,
    limit: 'signInFailures',
    allowed: LIMITS.signInFailures,
    retryAfterSeconds: seconds,
  })
}

function tooManyOfNetwork(leftMs: number): DomainError {
  const seconds = Math.ceil(leftMs / 1000)
  return new DomainError('rate_limited', {
    say: `Too many wrong passwords from your network. Try again in ${seconds} s.`,
    limit: 'signInNetworkFailures',
    allowed: LIMITS.signInNetworkFailures,
    retryAfterSeconds: seconds,
  })
}

function tooManyWaiting(): DomainError {
  return new DomainError('rate_limited', {
    say: `${LIMITS.signInsWaiting} sign-ins of this user or from your network are waiting (limit signInsWaiting). Try again shortly.`,
    limit: 'signInsWaiting',
    allowed: LIMITS.signInsWaiting,
    retryAfterSeconds: 2,
  })
}
