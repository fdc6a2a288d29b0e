/** Messages between the benchmark and the two processes that it starts. */

/** Credentials of one organization. */
export interface Org {
  readonly slug: string
  readonly username: string
  readonly ingestKey: string
  readonly readKey: string
  readonly verdictKey: string
  readonly manageKey: string
}

/** Everything that organization B does, one operation after the other for each kind. */
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
  /** Replies other than success, and what was not delivered. */
  readonly failed: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly mostMs: number
}

/** The first one sends nothing: what B waits beside it is the machine's share, not the server's. */
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

/** A's replies so far by status, such as `{ 200: 31, 429: 5 }`. Status 0 stands for a connection that the server closed. */
export type Replies = Readonly<Record<number, number>>

/** Messages to the attacker: the order starts it, `count` asks for its `Replies`. */
export type ToAttacker = AttackOrder | 'count'
