import type { OrgId } from '@sentinelmesh/api'
import { type Kysely, sql } from 'kysely'
import { LIMITS } from '../limits.ts'
import type { Schema } from '../schema.ts'

/** A session in which an agent called tools without requesting a verdict. */
export interface UnaskedSession {
  readonly session: string
  readonly sender: string
  /** Microseconds. */
  readonly lastAt: number
  /** Number of known tool calls. */
  readonly calls: number
}

/**
 * Sessions of an agent whose tool calls were only reported as telemetry, latest first. Reads at most the agent's last
 * `LIMITS.unaskedEntries` entries since `since` (microseconds).
 */
export async function unaskedSessions(
  db: Kysely<Schema>,
  org: OrgId,
  { sender, since, most }: { readonly sender: string; readonly since: number; readonly most: number },
): Promise<UnaskedSession[]> {
  const latest = db
    .selectFrom('entries')
    .select(['pos', 'session', 'at', 'surface', 'kind'])
    .where('org', '=', org)
    .where('sender', '=', sender)
    .where('at', '>=', since)
    .orderBy('at', 'desc')
    .limit(LIMITS.unaskedEntries)
  // Codex telemetry gives a subagent its own session. Codex hooks use the parent's session and name the subagent.
  const subagent = sql<string>`payloads.attributes ->> 'agent.id'`
  const askingSubagents = db
    .selectFrom(latest.as('hooks'))
    .innerJoin('payloads', 'payloads.pos', 'hooks.pos')
    .select(subagent.as('session'))
    .where('kind', '=', 'tool_call')
    .where('surface', '=', 'hook')
    .where(subagent, 'is not', null)
  const rows = await db
    .selectFrom(latest.as('latest'))
    .select(({ fn }) => ['session', fn.max('at').as('lastAt'), fn.countAll<number>().as('calls')])
    .where('session', 'is not', null)
    .where('kind', '=', 'tool_call')
    .where('surface', 'in', ['otlp', 'hook'])
    .groupBy('session')
    .having(({ fn }) => fn.countAll<number>().filterWhere('surface', '=', 'hook'), '=', 0)
    .having('session', 'not in', askingSubagents)
    .orderBy('lastAt', 'desc')
    .limit(most)
    .execute()
  return rows.map(({ session, lastAt, calls }) => ({ session: session ?? '', sender, lastAt, calls }))
}
