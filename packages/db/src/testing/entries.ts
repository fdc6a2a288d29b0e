import { randomBytes, randomUUID } from 'node:crypto'
import type { LogId } from '@sentinelmesh/api'
import type { Match } from '@sentinelmesh/rules'
import type { JudgedEntry } from '../log-store.ts'

/** 2026-01-01T00:00:00Z in microseconds. */
export const NEW_YEAR = 1_767_225_600_000_000
export const SECOND = 1_000_000

export function anEntry(parts: Partial<JudgedEntry> = {}): JudgedEntry {
  return {
    id: randomUUID() as string as LogId,
    at: NEW_YEAR,
    receivedAt: NEW_YEAR,
    timestampText: null,
    sender: 'agent.billing',
    receiver: 'user',
    kind: 'message',
    kindAssumed: false,
    session: null,
    context: null,
    payload: { type: 'text', text: 'hello' },
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

export function aMatch(parts: Partial<Match> = {}): Match {
  return {
    ruleId: 'rule-1',
    ruleHash: 'ab'.repeat(32),
    title: 'A rule',
    level: 'high',
    points: 70,
    family: 'rule-1',
    contributes: true,
    places: [],
    selections: [],
    filteredBy: null,
    ...parts,
  }
}

export function times<Item>(count: number, make: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

/** A pseudorandom text of `a` and `b`, the hardest input for regular expressions over both. Determined by the seed. */
export function noise(length: number, seed: number): string {
  let state = seed + 1
  let text = ''
  while (text.length < length) {
    // The linear congruential generator of Numerical Recipes; its upper bits are more random than its lower ones.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    text += state & 0x40_00_00_00 ? 'a' : 'b'
  }
  return text
}
