import type { Call, Principal, VerdictOut } from '@sentinelmesh/api'
import { authorise, DomainError } from '@sentinelmesh/api/constants'
import {
  asksPerson,
  hookCallOf,
  renderHook,
  SILENCE,
  type Answered,
  type HookClient,
  type HookOutput,
} from '@sentinelmesh/api/hooks'
import { withBoundedTime } from '@sentinelmesh/telemetry'
import type { Turn } from '../../ingest/read-json.ts'
import type { Deps } from '../verb.ts'
import { checkMapped } from '../verdicts/check.ts'
import { readHook } from './read.ts'

export type HookDeps = Deps<'ingest' | 'verdicts' | 'sources'>

export interface Given {
  readonly client: HookClient
  /** The input that the client's hook received on standard input. */
  readonly text: string
  readonly turn: Turn
  readonly remoteAddress: string | null
  readonly holdWhile: Call['holdWhile']
}

/**
 * Judges an agent's action, or data on its way to the agent, stores it, and replies in the agent's format. Input that
 * needs no entry is allowed. Throws as `checkMapped` does, and `invalid_input` if the text is not a hook's input.
 */
export async function answerHook(
  deps: HookDeps,
  principal: Principal | null,
  { client, text, turn, ...from }: Given,
  /** The setting of the machine. Undefined: as the policy says. */
  askElsewhere: Answered['askElsewhere'] | undefined,
): Promise<VerdictOut & HookOutput> {
  const { input, entry } = await readHook(client, text, turn)
  const org = authorise(principal, 'verdicts.check')
  if (entry === null)
    return { verdict: 'allow', log_id: null, risk: 0, reason: 'Allowed: this event is not recorded.', ...SILENCE }

  const call = hookCallOf(client, input)
  const out = await checkMapped(deps, principal, withBoundedTime(entry, deps.ingest.clock.now()), {
    surface: 'hook',
    ...(asksPerson(call) ? {} : { askBecomes: askElsewhere ?? 'policy' }),
    ...from,
  })
  deps.sources.count(org, 'hook', [
    { source: entry.source, scope: '', records: 1, entries: out.log_id === null ? 0 : 1, refused: 0 },
  ])
  const { verdict, reason, unasked } = out
  // The agent shows this among its own messages, so the reason names SentinelMesh.
  return {
    ...out,
    ...renderHook(call, {
      verdict,
      reason: `SentinelMesh: ${reason}`,
      askElsewhere: askElsewhere ?? (unasked === 'warn' ? 'allow' : 'block'),
    }),
  }
}

/** Throws `not_found` with the known names. */
export function unknownClient(name: string, known: readonly string[]): DomainError {
  return new DomainError('not_found', {
    say: `There are no hooks of ${JSON.stringify(name.slice(0, 40))}. Known clients are ${known.join(', ')}.`,
  })
}
