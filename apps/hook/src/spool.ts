import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { isHookClient, type HookClient } from '@sentinelmesh/api/hooks'
import { isFail } from './hook-file.ts'
import { LIMITS } from './limits.ts'
import { isStale, locked, take } from './lock.ts'
import { readRegular } from './regular-file.ts'

/** An input that has not reached the server. */
export interface Unsent {
  readonly client: HookClient
  /** Milliseconds since 1970. */
  readonly at: number
  /** The outcome of the call without a verdict: allowed or blocked. */
  readonly fail: 'open' | 'closed'
  readonly input: Uint8Array
}

/** The spool's state besides its files. */
interface State {
  /** A random id. Numbers are unique within it. */
  readonly id: string
  /** The next input's number. */
  readonly next: number
  /** The last delivered number. Missing numbers after it were dropped, refused, or removed. */
  readonly delivered: number
  /** The client of the last number. */
  readonly client: HookClient
}

export interface Waiting extends Unsent {
  readonly number: number
}

/**
 * A queue of inputs on disk, numbered without gaps, oldest first. Several processes use it concurrently. One lock
 * protects numbering and counting. A second lock protects delivery, so that each input is delivered once and in order.
 * An input is on disk before its process takes the lock. If the lock is busy or the process dies, the next process
 * numbers the input.
 */
export interface Spool {
  /** Drops the oldest inputs if there is no room. Throws the file system's errors. */
  add(unsent: Unsent): void
  /** Uses a number for an input that cannot be stored, so that the gap is visible. */
  skip(client: HookClient): void
  /** True if an input waits or a gap must be reported. Throws the file system's errors. */
  isDue(): boolean
  /** True if a delivery failed a moment ago and left inputs. */
  hasJustFailed(): boolean
  /** Undefined if another process is delivering. */
  deliver(send: Send): Promise<Delivered | undefined>
}

/** Sends to the server. `kept`: try again later. `refused`: the server would refuse it again. */
export type Send = (about: {
  readonly spool: string
  readonly client: HookClient
  /** Inclusive range of numbers whose inputs were dropped, refused, or removed. */
  readonly missing: { readonly from: number; readonly to: number } | null
  /** Null if there is only a gap to report. */
  readonly waiting: Waiting | null
}) => Promise<'delivered' | 'refused' | 'kept'>

export interface Delivered {
  readonly delivered: number
  readonly refused: number
  /** Inputs that still wait. */
  readonly left: number
}

const STATE = 'state.json'
const FAILED = 'failed'
const NAME = /^(\d{10})\.input$/
const UNNUMBERED = /^([a-z]+)-[\da-f]{16}\.new$/

export function openSpool(folder: string): Spool {
  const path = (name: string) => join(folder, name)

  function readState(): State {
    try {
      const { id, next, delivered, client } = JSON.parse(readRegular(path(STATE)).toString()) as State
      if (/^[\da-f]{16}$/.test(id) && [next, delivered].every(Number.isSafeInteger) && isHookClient(client))
        return { id, next, delivered, client }
    } catch {
      // The state is missing or damaged. A new spool begins with the existing files.
    }
    const [first = 1] = numbers()
    return { id: randomBytes(8).toString('hex'), next: first, delivered: first - 1, client: 'claude' }
  }

  function writeState(state: State): void {
    const unfinished = path(`${STATE}.new`)
    rmSync(unfinished, { force: true })
    writeFileSync(unfinished, JSON.stringify(state), { mode: 0o600, flag: 'wx' })
    renameSync(unfinished, path(STATE))
  }

  /** Numbers of waiting inputs in ascending order. */
  function numbers(): number[] {
    return readdirSync(folder)
      .flatMap((name) => NAME.exec(name)?.[1] ?? [])
      .map(Number)
      .toSorted((a, b) => a - b)
  }

  function makeRoom(bytes: number): void {
    const waiting = numbers().map((number) => ({ number, bytes: statSync(file(number)).size }))
    let all = waiting.reduce((sum, one) => sum + one.bytes, 0)
    let count = waiting.length
    for (const one of waiting) {
      if (count < LIMITS.spoolFiles && all + bytes <= LIMITS.spoolBytes) return
      rmSync(file(one.number), { force: true })
      all -= one.bytes
      count -= 1
    }
  }

  const file = (number: number) => path(`${String(number).padStart(10, '0')}.input`)

  function create(): void {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
  }

  /** Stores an input. If its file is not written completely, only its number is known. */
  function keep(client: HookClient, bytes: Uint8Array): void {
    create()
    if (unnumbered().length >= LIMITS.spoolUnnumbered) throw new Error('too many calls are kept at a time')
    const own = `${client}-${randomBytes(8).toString('hex')}.new`
    try {
      writeFileSync(path(own), bytes, { mode: 0o600, flag: 'wx' })
    } finally {
      locked(path('lock'), () => giveNumbers(own))
    }
  }

  function unnumbered(): string[] {
    return readdirSync(folder).filter((name) => UNNUMBERED.test(name))
  }

  /** Numbers this process's input and abandoned ones. The next number is above those of all waiting inputs. */
  function giveNumbers(own?: string): void {
    const state = readState()
    let { next, client } = state
    for (const name of unnumbered()) {
      if (name !== own && !isStale(path(name), LIMITS.lockWaitMs)) continue
      makeRoom(statSync(path(name)).size)
      const number = Math.max(next, (numbers().at(-1) ?? 0) + 1)
      renameSync(path(name), file(number))
      next = number + 1
      const [, whose = ''] = UNNUMBERED.exec(name) ?? []
      if (isHookClient(whose)) client = whose
    }
    writeState({ ...state, next, client })
  }

  return {
    add({ input, ...about }) {
      keep(about.client, Buffer.concat([Buffer.from(`${JSON.stringify(about)}\n`), input]))
    },
    skip(client) {
      keep(client, Buffer.alloc(0))
    },
    isDue() {
      if (!existsSync(folder)) return false
      const names = readdirSync(folder)
      if (names.some((name) => NAME.test(name) || UNNUMBERED.test(name))) return true
      if (!names.includes(STATE)) return false
      const { next, delivered } = readState()
      return next > delivered + 1
    },
    hasJustFailed: () => existsSync(path(FAILED)) && !isStale(path(FAILED), LIMITS.deliveryAgainMs),
    async deliver(send) {
      if (!this.isDue()) return { delivered: 0, refused: 0, left: 0 }
      const lock = path('delivering')
      if (!take(lock, LIMITS.deliveryStaleMs)) return undefined
      const counts = { delivered: 0, refused: 0 }
      try {
        demandLock(() => giveNumbers())
        while (await deliverRound(send, lock, counts));
        if (this.isDue()) writeFileSync(path(FAILED), '', { mode: 0o600 })
        else rmSync(path(FAILED), { force: true })
        return { ...counts, left: numbers().length + unnumbered().length }
      } finally {
        rmSync(lock, { force: true })
      }
    },
  }

  /** Delivers the inputs that wait now. Returns whether another round is worthwhile. */
  async function deliverRound(send: Send, lock: string, counts: { delivered: number; refused: number }) {
    const waitingNow: (number | null)[] = numbers()
    if (waitingNow.length === 0) waitingNow.push(null)
    for (const number of waitingNow) {
      const { id, next, delivered, client } = readState()
      if (number === null && next <= delivered + 1) return false
      utimesSync(lock, new Date(), new Date())
      const waiting = number === null ? null : readWaiting(number)
      const upTo = number ?? next - 1
      const lastMissing = waiting === null ? upTo : upTo - 1
      const missing = lastMissing > delivered ? { from: delivered + 1, to: lastMissing } : null
      const became = await send({ spool: id, client: waiting?.client ?? client, missing, waiting })
      if (became === 'kept' || (became === 'refused' && number === null)) return false
      if (waiting !== null) counts[became] += 1
      finish(upTo, became)
    }
    return true
  }

  /** A refused request leaves a gap, which the next request reports. */
  function finish(number: number, became: 'delivered' | 'refused'): void {
    demandLock(() => {
      const state = readState()
      writeState({
        ...state,
        next: Math.max(state.next, number + 1),
        delivered: became === 'delivered' ? Math.max(state.delivered, number) : state.delivered,
      })
      rmSync(file(number), { force: true })
    })
  }

  function demandLock(work: () => void): void {
    if (!locked(path('lock'), work)) throw new Error('the spool is busy')
  }

  /** Null if this program did not write the file. Only its number is known then. */
  function readWaiting(number: number): Waiting | null {
    try {
      const bytes = readRegular(file(number))
      const end = bytes.indexOf(0x0a)
      const { client, at, fail } = JSON.parse(bytes.subarray(0, end).toString('utf8')) as Omit<Unsent, 'input'>
      if (!isHookClient(client) || !Number.isSafeInteger(at) || !isFail(fail)) return null
      return { client, at, fail, number, input: bytes.subarray(end + 1) }
    } catch {
      return null
    }
  }
}
