import { LIMITS } from '../limits.ts'
import type { CorrelationLimits, Window } from './window.ts'

/** The events of one correlation that share the values of its `group-by`. */
export interface Group {
  /** The number of the correlation. */
  readonly owner: number
  readonly key: string
  readonly window: Window
  /** The group's clock, epoch milliseconds: the largest time of its events. It is never moved back. */
  newest: number
  /** Until when it stays quiet after a fire; -Infinity where it never fired. */
  holdUntil: number
}

/** All groups of a correlator, within its limits. */
export interface Groups {
  get(owner: number, key: string): Group | undefined
  /** Makes it the one touched last. */
  add(owner: number, key: string, window: Window, newest: number): Group
  /** Moves its clock on, if `time` is later, and makes it the one touched last. */
  touch(group: Group, time: number): void
  /** To be called when its window has changed. Drops the least recently touched until all limits hold, itself the last. */
  settle(group: Group, time: number): void
  remove(group: Group): void
  /** Forgets the groups that have been empty for `LIMITS.correlationGraceMs` at `time`. Looks at no others. */
  expire(time: number): void
  /** From the one touched least recently to the one touched last. */
  all(): Iterable<Group>
  readonly counts: Readonly<GroupCounts>
}

export interface GroupCounts {
  groups: number
  events: number
  bytes: number
  /** For want of room, with events that still mattered. */
  dropped: number
  /** When their time was over. */
  expired: number
}

interface Node extends Group {
  older: Node | null
  newer: Node | null
  /** Its index in the queue. */
  at: number
  /** When to look whether it is idle: not after it is, but earlier where it was touched since. */
  due: number
  /** As accounted. */
  weight: number
  bytes: number
}

/** What a group costs beside the values in its key. */
const keyBytes = ({ key }: Group) => 2 * key.length

/**
 * `timespans` are milliseconds for each owner: so long after its last event nothing of a group matters. Each operation
 * costs the logarithm of the number of groups at most: a list from the least to the last recently touched, and a heap by
 * when a group is due to be looked at (one that was touched meanwhile goes back into it).
 */
export function createGroups(timespans: readonly number[], limits: CorrelationLimits): Groups {
  const byKey = timespans.map(() => new Map<string, Node>())
  const queue: Node[] = []
  let oldest: Node | null = null
  let latest: Node | null = null
  const counts: GroupCounts = { groups: 0, events: 0, bytes: 0, dropped: 0, expired: 0 }
  const emptyAt = ({ newest, owner }: Group) => newest + (timespans[owner] ?? 0)
  const idleAt = (group: Group) => emptyAt(group) + LIMITS.correlationGraceMs

  function link(node: Node): void {
    node.older = latest
    node.newer = null
    if (latest === null) oldest = node
    else latest.newer = node
    latest = node
  }
  function unlink({ older, newer }: Node): void {
    if (older === null) oldest = newer
    else older.newer = newer
    if (newer === null) latest = older
    else newer.older = older
  }
  function drop(node: Node): void {
    unlink(node)
    removeFrom(queue, node)
    byKey[node.owner]?.delete(node.key)
    counts.groups--
    counts.events -= node.weight
    counts.bytes -= node.bytes
  }
  const full = () =>
    counts.groups > limits.correlationGroups ||
    counts.events > limits.correlationEvents ||
    counts.bytes > limits.correlationBytes

  return {
    counts,
    get: (owner, key) => byKey[owner]?.get(key),
    add(owner, key, window, newest) {
      const node: Node = {
        owner,
        key,
        window,
        newest,
        holdUntil: -Infinity,
        older: null,
        newer: null,
        at: queue.length,
        due: newest + (timespans[owner] ?? 0) + LIMITS.correlationGraceMs,
        weight: 0,
        bytes: 0,
      }
      byKey[owner]?.set(key, node)
      queue.push(node)
      rise(queue, node)
      link(node)
      counts.groups++
      return node
    },
    touch(group, time) {
      const node = group as Node
      if (time > node.newest) node.newest = time
      if (node === latest) return
      unlink(node)
      link(node)
    },
    settle(group, time) {
      const node = group as Node
      const bytes = keyBytes(node) + node.window.bytes
      counts.events += node.window.weight - node.weight
      counts.bytes += bytes - node.bytes
      node.weight = node.window.weight
      node.bytes = bytes
      while (full() && oldest !== null) {
        if (emptyAt(oldest) < time) counts.expired++
        else counts.dropped++
        drop(oldest)
      }
    },
    remove: (group) => drop(group as Node),
    expire(time) {
      for (let first = queue[0]; first !== undefined && first.due < time; first = queue[0]) {
        first.due = idleAt(first)
        if (first.due >= time) sink(queue, first)
        else {
          counts.expired++
          drop(first)
        }
      }
    },
    *all() {
      for (let node: Node | null = oldest; node !== null; node = node.newer) yield node
    },
  }
}

// A binary heap by `due`, of which each node knows its index, so that one can be taken out of the middle.

function place(queue: Node[], node: Node, at: number): void {
  queue[at] = node
  node.at = at
}

function rise(queue: Node[], node: Node): void {
  let at = node.at
  while (at > 0) {
    const parent = queue[(at - 1) >> 1]
    if (parent === undefined || parent.due <= node.due) break
    place(queue, parent, at)
    at = (at - 1) >> 1
  }
  place(queue, node, at)
}

function sink(queue: Node[], node: Node): void {
  let at = node.at
  for (;;) {
    const left = queue[2 * at + 1]
    const right = queue[2 * at + 2]
    const child = left !== undefined && right !== undefined && right.due < left.due ? right : left
    if (child === undefined || child.due >= node.due) break
    const next = child.at
    place(queue, child, at)
    at = next
  }
  place(queue, node, at)
}

function removeFrom(queue: Node[], node: Node): void {
  const last = queue.pop()
  if (last === undefined || last === node) return
  place(queue, last, node.at)
  rise(queue, last)
  sink(queue, last)
}
