import type { LogId, OrgId } from '@sentinelmesh/api'
import type { Deps, Verb } from '../verb.ts'
import { storedEntry } from './stored.ts'
import { toDetail } from './to-wire.ts'
import { toHeldCall } from '../verdicts/allow-once.ts'
import { heldCallStore } from '@sentinelmesh/db'

/** Throws `not_found`, also for an entry of another org. */
export const get: Verb<'logs.get', 'ruleSets'> = async (deps, { org, signal }, { id }) => {
  const read = deps.database.reading(signal)
  const [stored, { rules }] = await Promise.all([storedEntry(read, org, id), deps.ruleSets.of(org)])
  const detail = toDetail(stored, (filterId) => rules.get(filterId)?.title ?? filterId)
  const held = stored.kind === 'tool_call' && stored.verdict !== null ? await heldCall(deps, org, stored.id) : undefined
  return held === undefined ? detail : { ...detail, held: toHeldCall(held) }
}

const heldCall = ({ database }: Deps, org: OrgId, id: LogId) => heldCallStore(database.read).get(org, id)
