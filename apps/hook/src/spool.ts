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

/** An input that no server has seen. */
export interface Unsent {
  readonly client: HookClient
  /** Milliseconds since 1970. */
  readonly at: number
  /** Whether the call went on or was blocked meanwhile. */
  readonly fail: 'open' | 'closed'
  readonly input: Uint8Array
}

/** What is known of a spool beside its files. */
interface State {
  /** Made up with the spool: numbers count within it. */
  readonly id: string
  /** Of the next input. */
  readonly next: number
  /** The last number that was delivered: what is missing after it was dropped, refused or taken away. */
  readonly delivered: number
  /** Whose input took the last number. */
  readonly client: HookClient
}

export interface Waiting extends Unsent {
  readonly number: number
}

/**
 * Inputs on disk, numbered without a gap, the oldest first. Several processes use it at a time: numbers are given out, and
 * files counted, under a lock; who delivers holds another one, so that each input is delivered once and in order. An input is
 * on the disk before its process asks for the lock: where too many want it, or the process ends, the next one numbers it.
 */
export interface Spool {
  /** Drops the oldest where there is no more room. Throws what the file system throws. */
  add(unsent: Unsent): void
  /** An input that cannot be kept still takes a number, so that its gap shows. */
  skip(client: HookClient): void
  /** Something waits, or is missing. Throws what the file system throws. */
  isDue(): boolean
  /** The last delivery ended a moment ago with something left. */
  hasJustFailed(): boolean
  /** Undefined while another process delivers. */
  deliver(send: Send): Promise<Delivered | undefined>
}

/** Tells the server. `kept`: it is tried again later; `refused`: it would be refused again. */
export type Send = (about: {
  readonly spool: string
  readonly client: HookClient
  /** Numbers, both ends included, of inputs that are not there any more: dropped, refused or taken away. */
  readonly missing: { readonly from: number; readonly to: number } | null
  /** Null where there is only something missing. */
  readonly waiting: Waiting | null
}) => Promise<'delivered' | 'refused' | 'kept'>

export interface Delivered {
  readonly delivered: number
  readonly refused: number
  /** Wait still. */
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
      // None yet, or damaged: then another spool begins with what is there.
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

  /** Numbers of what waits, the lowest first. */
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

  /** A file that could not be written whole is known only by its number. */
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

  /** To our own, and to what others left behind; the next number is one that nothing has that waits. */
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

  /** All that waits now; whether it is worth while to look again. */
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

  /** A file that this program did not write is known only by its number. */
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
