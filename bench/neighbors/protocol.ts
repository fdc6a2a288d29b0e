/** Messages between the benchmark and its two child processes. */

/** Credentials of one organization. */
export interface Org {
  readonly slug: string
  readonly username: string
  readonly ingestKey: string
  readonly readKey: string
  readonly verdictKey: string
  readonly manageKey: string
}

/** The kinds of requests that organization B sends. Requests of one kind run sequentially. */
export const OPERATIONS = ['log', 'verdict', 'search', 'healthz', 'sign-in', 'tail'] as const
export type Operation = (typeof OPERATIONS)[number]

export interface MeasureOrder {
  readonly port: number
  readonly org: Org
  readonly ms: number
}

export interface OperationTimes {
  readonly operation: Operation
  readonly count: number
  /** Unsuccessful replies, and entries that the tail did not deliver. */
  readonly failed: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly mostMs: number
}

/** The first one sends no requests. B's latency next to it is due to the machine, not to the server. */
export const ATTACKS = [
  'keeping every core busy with work of its own',
  'trying expensive rules',
  'checking hostile rule texts',
  'reporting to expensive rules of its own',
  'searching with an expensive expression',
  'reading the largest pages',
  'reporting 240 KiB shell commands',
  'reporting 64 KiB of attributes',
  'back-testing expensive rules',
  'announcing bodies and sending nothing',
  'guessing passwords',
] as const
export type Attack = (typeof ATTACKS)[number]

export interface AttackOrder {
  readonly port: number
  readonly org: Org
  readonly attack: Attack
}

/** Replies to A so far by status, such as `{ 200: 31, 429: 5 }`. Status 0 means that the request failed. */
export type Replies = Readonly<Record<number, number>>

/** Messages to the attacker. An order starts the attack, and `count` requests its `Replies`. */
export type ToAttacker = AttackOrder | 'count'
