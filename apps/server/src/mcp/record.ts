import type { Principal } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { compileRuleSet, SECRET_INDEX } from '@sentinelmesh/rules'
import { accept, type IngestDeps } from '../ingest/accept.ts'
import { OWN_TRAFFIC } from '../ingest/own-traffic.ts'
import type { OrgRules } from '../rule-sets/org-rules.ts'
import { cutTo } from './untrusted.ts'

export interface Caller {
  readonly principal: Principal
  readonly remoteAddress: string | null
}

/** Keeps in the log what was asked of it. */
export type Recorder = (caller: Caller, name: string, input: unknown) => Promise<void>

const MINUTE_MS = 60_000
/** Masks secrets, as it does for all, and finds nothing. */
const NO_RULES: OrgRules = {
  ruleSet: compileRuleSet([], { secrets: SECRET_INDEX }),
  rules: new Map(),
  filters: [],
  correlations: [],
}

/**
 * One `tool_call` a call, reported by the system itself, see `OWN_TRAFFIC`; no rule judges it. So that a caller who may
 * only read cannot fill the log, arguments are cut, and of an org's calls so many a minute are kept; the next one kept
 * says how many were not. What was found is not kept: it is the log itself.
 */
export function recorder(deps: IngestDeps, onFault: (fault: unknown) => void): Recorder {
  const unjudged: IngestDeps = {
    ...deps,
    ruleSets: { ...deps.ruleSets, of: async () => NO_RULES },
    // The time that it took is no rule's.
    costs: { ...deps.costs, judged: () => {} },
  }
  const minutes = new Map<number, { minute: number; kept: number; left: number }>()

  /** How many calls were left out before this one; null where this one is. */
  function take(orgId: number): number | null {
    const minute = Math.floor(deps.clock.now() / MINUTE_MS)
    const count = minutes.get(orgId) ?? { minute, kept: 0, left: 0 }
    if (count.minute !== minute) Object.assign(count, { minute, kept: 0 })
    minutes.set(orgId, count)
    if (count.kept >= LIMITS.mcpRecordedAMinute) {
      count.left += 1
      return null
    }
    count.kept += 1
    const { left } = count
    count.left = 0
    return left
  }

  return async ({ principal, remoteAddress }, name, input) => {
    const { org } = principal
    const left = org === null ? null : take(org.id)
    if (org === null || left === null) return
    const text = JSON.stringify(input)
    const isCut = text.length > LIMITS.mcpRecordedChars
    const marks = {
      ...(isCut ? { arguments_cut: true } : {}),
      ...(left === 0 ? {} : { calls_not_recorded: left }),
    }
    const value = {
      sender: callerName(principal),
      receiver: `mcp.sentinelmesh/${name}`,
      kind: 'tool_call',
      context: 'tool_call',
      payload: { name, arguments: isCut ? cutTo(text, LIMITS.mcpRecordedChars) : input },
      attributes: Object.keys(marks).length === 0 ? null : marks,
    }
    try {
      const system: Principal = { type: 'system', org, name: OWN_TRAFFIC }
      const [outcome] = await accept(
        unjudged,
        { principal: system, action: 'logs.report', surface: 'mcp', remoteAddress },
        [{ value, text: null }],
        { lenient: false },
      )
      if (outcome !== undefined && 'refused' in outcome) onFault(outcome.refused)
    } catch (error) {
      // A full disk is no reason not to show what is on it.
      onFault(error)
    }
  }
}

/** Of what authentication found, never of what the caller says. */
function callerName(principal: Principal): string {
  switch (principal.type) {
    case 'key':
      return `key.${principal.keyId}`
    case 'user':
    case 'token':
      return `user.${principal.username}`
    case 'anonymous':
      return 'anonymous'
    case 'system':
      return principal.name
  }
}
