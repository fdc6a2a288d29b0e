import type { LogId, Principal } from '@sentinelmesh/api'
import { authorise } from '@sentinelmesh/api/constants'
import type { HookClient } from '@sentinelmesh/api/hooks'
import { onlyAccepted, type Reporter } from '../../ingest/accept.ts'
import { acceptMapped } from '../../ingest/accept-mapped.ts'
import { HOOK_MAPPERS } from '@sentinelmesh/telemetry'
import { withBoundedTime } from '@sentinelmesh/telemetry'
import type { MappedEntry } from '@sentinelmesh/telemetry'
import type { OpenDecider } from '../../ingest/ingest.ts'
import type { Given, HookDeps } from './answer.ts'
import { readHook } from './read.ts'

/** Input that a hook program spooled while the server was unreachable. */
export interface Kept {
  /** The id of the spool folder. */
  readonly spool: string
  /** The numbers in the spool whose inputs are lost. */
  readonly missing: { readonly from: number; readonly to: number } | null
  /** Null if there is only a gap to report. */
  readonly late: { readonly number: number; readonly atMs: number | null; readonly fail: 'open' | 'closed' } | null
}

/**
 * Stores an input that was not judged at the time, with the current verdict of the rules, and an entry for the lost
 * inputs. A repeated delivery is stored once. Throws as `accept` does, and `invalid_input` if the text is not a hook's
 * input.
 */
export async function deliverHook(
  { ingest, sources }: Pick<HookDeps, 'ingest' | 'sources'>,
  principal: Principal | null,
  { client, text, turn, remoteAddress }: Given,
  { spool, missing, late }: Kept,
): Promise<LogId | null> {
  const told = late === null ? null : (await readHook(client, text, turn)).entry
  const org = authorise(principal, 'verdicts.check')
  // No agent waits for this, so it is bulk work.
  const reporter: Reporter = { principal, action: 'verdicts.check', surface: 'hook', remoteAddress, lane: 'bulk' }

  const keep = async (entry: MappedEntry, verdict: 'block' | null) => {
    const openDecider: OpenDecider = async (of) => ({
      rules: await ingest.ruleSets.of(of),
      decide: () => ({ verdict, would: null, unjudged: true }),
    })
    const { id } = onlyAccepted(await acceptMapped(ingest, reporter, [entry], openDecider))
    sources.count(org, 'hook', [{ source: entry.source, scope: '', records: 1, entries: 1, refused: 0 }])
    return id
  }

  const gapId = missing === null ? null : await keep(gap(client, spool, missing), null)
  if (told === null || late === null) return gapId
  // The hook program already decided, according to its settings.
  const entry = withBoundedTime(lateEntry(told, spool, late), ingest.clock.now())
  return keep(entry, late.fail === 'closed' ? 'block' : null)
}

function lateEntry(entry: MappedEntry, spool: string, { number, atMs }: NonNullable<Kept['late']>): MappedEntry {
  return {
    ...entry,
    at: entry.at ?? (atMs === null ? null : atMs * 1000),
    attributes: { ...entry.attributes, 'hook.spool': spool, 'hook.number': number },
    anchor: entry.anchor ?? `spool ${spool} ${number}`,
  }
}

/** Reports inputs that were removed, or for which there was no room, as an event of the agent with the hooks. */
function gap(client: HookClient, spool: string, { from, to }: NonNullable<Kept['missing']>): MappedEntry {
  const event = 'InputsMissing'
  const names = { hook_event_name: event, hookEventName: event, hookName: event, agent_action_name: event }
  const { entry } = HOOK_MAPPERS[client]({ ...names, from, to, missing: to - from + 1 })
  if (entry === null) throw new Error('an event of no other sort is an entry')
  return {
    ...entry,
    attributes: { ...entry.attributes, 'hook.spool': spool },
    anchor: `missing ${spool} ${from}-${to}`,
  }
}
