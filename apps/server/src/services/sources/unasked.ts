import { unaskedSessions } from '@sentinelmesh/db'
import { toIso } from '@sentinelmesh/telemetry/timestamp'
import type { Verb } from '../verb.ts'

/** Agents that have hooks, as mappers name them. */
const ASKING_AGENTS = ['agent.claude-code', 'agent.codex', 'agent.gemini-cli', 'agent.github-copilot']
const SINCE_MS = 24 * 3600 * 1000
const MOST = 20

export const unasked: Verb<'sources.unasked'> = async ({ database, clock }, { org }) => {
  const since = (clock.now() - SINCE_MS) * 1000
  const found = await Promise.all(
    ASKING_AGENTS.map((sender) => unaskedSessions(database.read, org, { sender, since, most: MOST })),
  )
  return found
    .flat()
    .toSorted((one, other) => other.lastAt - one.lastAt)
    .slice(0, MOST)
    .map(({ session, sender, lastAt, calls }) => ({ session, sender, last_seen: toIso(lastAt), calls }))
}
