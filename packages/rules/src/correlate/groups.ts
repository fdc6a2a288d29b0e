import { LIMITS } from '../limits.ts'
import type { CorrelationLimits, Window } from './window.ts'

/** The events of one correlation that share the values of its `group-by`. */
export interface Group {
  /** The number of its correlation's plan. */
  readonly owner: number
  readonly key: string
  readonly window: Window
  /** The group's clock in epoch milliseconds: the latest time of its events. It never moves back. */
  newest: number
  /** The end of its quiet period after a fire, in epoch milliseconds; -Infinity if it never fired. */
  holdUntil: number
}

/** All groups of a correlator, within its limits. */
export interface Groups {
  get(owner: number, key: string): Group | undefined
  /** Adds a group as the most recently used. */
  add(owner: number, key: string, window: Window, newest: number): Group
  /** Advances its clock if `time` is later, and makes it the most recently used. */
  touch(group: Group, time: number): void
  /** Call after the group's window changed. Drops least recently used groups until all limits hold, this one last. */
  account(group: Group, time: number): void
  remove(group: Group): void
  /** Removes the groups that have been empty for `LIMITS.correlationGraceMs` at `time`. */
  expire(time: number): void
  /** From the least to the most recently used. */
  all(): Iterable<Group>
  readonly counts: Readonly<GroupCounts>
}

export interface GroupCounts {
  groups: number
  events: number
  bytes: number
  /** Dropped by a limit before they expired. */
  dropped: number
  /** Removed because they expired. */
  expired: number
}

interface Node extends Group {
  older: Node | null
  newer: Node | null
  /** Its index in the heap. */
  at: number
  /** When to check whether it is idle. Touching a group does not update it, so a check can come too early. */
  due: number
  /** The weight and bytes that `counts` includes for it. */
  weight: number
  bytes: number
}

/** The bytes of a group's key. */
const keyBytes = ({ key }: Group) => 2 * key.length

/**
 * `timespans` has the time span of each owner in milliseconds: that long after its last event, a group is empty. Each
 * operation takes at most logarithmic time in the number of groups. It uses a linked list in order of use, and a heap
 * by the time at which a group must be checked; a group that was touched since then goes back into the heap.
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
    account(group, time) {
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

// A binary heap by `due`. Each node stores its index, so that any node can be removed.

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
