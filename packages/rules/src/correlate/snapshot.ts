import type { BaseEvent } from './correlation-match.ts'
import type { Groups } from './groups.ts'
import type { Plan } from './plan.ts'
import type { Kept } from './timeline.ts'
import type { Window } from './window.ts'

/** Increment it when the format or its meaning changes. */
const VERSION = 1

interface Snapshot {
  readonly version: number
  /** Indexed by the first column of `groups`. */
  readonly correlations: readonly string[]
  /** From the least to the most recently used. */
  readonly groups: readonly GroupRow[]
}

/** Correlation, key, newest, `holdUntil` (null if it never fired), partial, the events of its window. */
type GroupRow = readonly [number, string, number, number | null, boolean, readonly (readonly KeptRow[])[]]
type KeptRow = readonly [number, string | number, number, string, number, number, readonly BaseEventRow[] | null]
type BaseEventRow = readonly [string | number, number, string]

/** A correlation with a different text or different referenced rules would interpret stored events differently. */
const identity = ({ correlation: { id, hash }, rules }: Plan) => JSON.stringify([id, hash, ...rules])

export function writeSnapshot(plans: readonly Plan[], groups: Groups): string {
  const rows: GroupRow[] = []
  for (const { owner, key, newest, holdUntil, window } of groups.all())
    rows.push([
      ...([owner, key, newest, holdUntil === -Infinity ? null : holdUntil, window.partial] as const),
      window.save().map((items) => items.map(toRow)),
    ])
  const snapshot: Snapshot = { version: VERSION, correlations: plans.map(identity), groups: rows }
  return JSON.stringify(snapshot)
}

/**
 * Restores the groups. Skips groups of correlations that were removed or changed. Throws if the text is not a snapshot,
 * or has a different version.
 */
export function readSnapshot(
  text: string,
  plans: readonly Plan[],
  groups: Groups,
  newWindow: (owner: number) => Window,
): void {
  const { version, correlations, groups: rows } = JSON.parse(text) as Snapshot
  if (version !== VERSION)
    throw new Error(`This is no snapshot of correlations of version ${VERSION}. Begin without one.`)
  const owners = new Map(plans.map((plan) => [identity(plan), plan.number]))
  for (const [correlation, key, newest, holdUntil, partial, saved] of rows) {
    const owner = owners.get(correlations[correlation] ?? '')
    if (owner === undefined) continue
    const window = newWindow(owner)
    window.restore(saved.map((items) => items.map(fromRow)))
    window.partial = partial
    const group = groups.add(owner, key, window, newest)
    group.holdUntil = holdUntil ?? -Infinity
    groups.account(group, newest)
  }
}

const toRow = ({ time, ref, rule, key, number, count, inner }: Kept): KeptRow => [
  ...([time, ref, rule, key, number, count] as const),
  inner === null ? null : inner.map((one): BaseEventRow => [one.ref, one.time, one.ruleId]),
]

const fromRow = ([time, ref, rule, key, number, count, inner]: KeptRow): Kept => ({
  time,
  ref,
  rule,
  key,
  number,
  count,
  inner: inner === null ? null : inner.map(([ref, time, ruleId]): BaseEvent => ({ ref, time, ruleId })),
})
