import type { OrgId } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { mcpPinStore, type McpPin, type Transaction } from '@sentinelmesh/db'

export interface Seen {
  readonly kind: McpPin['kind']
  readonly name: string
  readonly hash: string
  /** Canonical and redacted. */
  readonly definition: string
}

export interface Pinned {
  readonly status: 'new' | 'same' | 'changed' | 'unpinned'
  /** For a changed definition, the last accepted version. */
  readonly accepted: string | null
}

export const UNPINNED: Pinned = { status: 'unpinned', accepted: null }

/** Minimum interval between updates of `lastSeenAt` if a server keeps reporting the same version. */
const SEEN_AGAIN_US = 3_600e6

/**
 * Compares definitions of one kind with the pinned ones and pins new ones, in the order of `seen`. A version that is
 * neither pinned nor approved counts as a change each time it is seen, until somebody approves it.
 */
export async function pin(
  tx: Transaction,
  org: OrgId,
  server: string,
  { kind, seen, at }: { readonly kind: McpPin['kind']; readonly seen: readonly Seen[]; readonly at: number },
): Promise<readonly Pinned[]> {
  const store = mcpPinStore(tx)
  const versions = await store.versions(org, { server, kind }, [...new Set(seen.map(({ name }) => name))])
  let room = LIMITS.mcpPins - (await store.count(org, server))
  const results: Pinned[] = []
  const pins: McpPin[] = []
  for (const { name, hash, definition } of seen) {
    const known = [...versions, ...pins].filter((version) => version.name === name)
    const accepted = known.findLast(({ state }) => state !== 'waiting')
    const same = known.find((version) => version.hash === hash)
    if (same !== undefined) {
      const isLast = known.every((version) => version === same || version.lastSeenAt < same.lastSeenAt)
      if (!same.listed || !isLast || same.lastSeenAt < at - SEEN_AGAIN_US)
        await store.seen(org, { server, kind, name, hash }, at)
    } else {
      const [oldest, ...others] = known.filter(({ state }) => state === 'waiting')
      const isFull = others.length + 1 >= LIMITS.mcpWaiting && oldest !== undefined
      if (room <= 0 && !isFull) {
        // There is no room to store it for approval, but it still counts as a change.
        results.push(accepted === undefined ? UNPINNED : { status: 'changed', accepted: accepted.definition })
        continue
      }
      if (isFull) await store.remove(org, { server, kind, name, hash: oldest.hash })
      else room -= 1
      pins.push({
        server,
        kind,
        name,
        hash,
        state: accepted === undefined ? 'pinned' : 'waiting',
        definition: definition.slice(0, LIMITS.mcpPinChars),
        listed: true,
        firstSeenAt: at,
        lastSeenAt: at,
        decidedAt: null,
        decidedBy: null,
      })
    }
    const waits = same === undefined ? accepted !== undefined : same.state === 'waiting'
    if (waits) results.push({ status: 'changed', accepted: accepted?.definition ?? '' })
    else results.push({ status: same === undefined ? 'new' : 'same', accepted: null })
  }
  await store.insert(org, pins)
  return results
}

/** Unlists the names that a complete list no longer contains. */
export async function unlistOthers(
  tx: Transaction,
  org: OrgId,
  server: string,
  { kind, names }: { readonly kind: McpPin['kind']; readonly names: readonly string[] },
): Promise<readonly string[]> {
  const store = mcpPinStore(tx)
  const now = new Set(names)
  const removed = (await store.listed(org, { server, kind })).filter((name) => !now.has(name))
  await store.unlist(org, { server, kind }, removed)
  return removed
}
