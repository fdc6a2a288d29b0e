import { randomBytes, randomUUID } from 'node:crypto'
import type { LogId } from '@sentinelmesh/api'
import type { JudgedEntry } from '@sentinelmesh/db'

/** Builds an entry in the form that the store accepts. By default, no rule matches it. */
export function judgedEntry(parts: Partial<JudgedEntry>): JudgedEntry {
  const at = parts.at ?? Date.now() * 1000
  return {
    id: randomUUID() as string as LogId,
    at,
    receivedAt: at,
    timestampText: null,
    sender: 'agent.test',
    receiver: null,
    kind: 'message',
    kindAssumed: false,
    session: null,
    context: null,
    payload: { type: 'text', text: '' },
    attributes: null,
    system: null,
    logsource: { product: 'ai_agent', category: 'message' },
    risk: 0,
    band: 'none',
    reportedRisk: null,
    matches: [],
    masked: [],
    sourceId: null,
    contentHash: randomBytes(32),
    leafSalt: randomBytes(16),
    reportedBy: 'key:test',
    surface: 'rest',
    remoteAddress: null,
    senderClaimed: false,
    textRepaired: false,
    truncated: false,
    idConflict: false,
    computedId: null,
    verdict: null,
    would: null,
    unjudged: false,
    undecided: [],
    ...parts,
  }
}
