import { DomainError } from '@sentinelmesh/api/constants'
import { type ListedMcpPin, mcpPinStore } from '@sentinelmesh/db'
import { write } from '../../audit/write.ts'
import type { Verb } from '../verb.ts'
import { toPin } from './pins.ts'

/**
 * Throws `not_found` if nothing of that name waits for approval, and `conflict` if several servers or versions match.
 */
export const approve: Verb<'mcp.approve'> = (deps, call, { server, kind, name, hash }) =>
  write(deps, call, async (tx, by) => {
    const store = mcpPinStore(tx)
    const versions = (await store.ofName(call.org, { server, kind, name })).filter(({ state }) => state === 'waiting')
    const wanted = versions.filter((version) => hash === undefined || version.hash === hash)
    const [pin, ...others] = wanted
    if (pin === undefined) throw new DomainError('not_found', { say: nothingWaits(versions, hash) })
    if (others.length > 0) throw new DomainError('conflict', { say: whichOne(wanted) })
    await store.approve(call.org, pin, by)
    return {
      result: toPin({ ...pin, state: 'approved', decidedAt: by.at, decidedBy: by.by }, null),
      audit: {
        action: 'mcp.approve',
        target: `${pin.server} ${kind} ${name}`.trim(),
        details: { server: pin.serverName, hash: pin.hash },
      },
    }
  })

function nothingWaits(versions: readonly ListedMcpPin[], hash: string | undefined): string {
  const other = hash === undefined ? undefined : versions[0]
  return other === undefined
    ? 'Nothing of that server and name waits to be approved. `sentinelmesh mcp pins` lists what does.'
    : `No version with that hash waits; the one that does is ${other.hash}. Look at it before you approve it.`
}

function whichOne(versions: readonly ListedMcpPin[]): string {
  const servers = [...new Set(versions.map(({ server }) => server))]
  return servers.length > 1
    ? `Several servers have that name: give one of the ids ${servers.join(', ')} instead.`
    : `Several versions wait: give the hash of the one you looked at, of ${versions.map(({ hash }) => hash).join(', ')}.`
}
