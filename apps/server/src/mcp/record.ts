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

/** Records an MCP request in the log. */
export type Recorder = (caller: Caller, name: string, input: unknown) => Promise<void>

const MINUTE_MS = 60_000
/** Masks secrets as usual but matches no rules. */
const NO_RULES: OrgRules = {
  ruleSet: compileRuleSet([], { secrets: SECRET_INDEX }),
  rules: new Map(),
  filters: [],
  correlations: [],
  hiddenRules: new Set(),
}

/**
 * Stores one `tool_call` per request, reported by the system itself (see `OWN_TRAFFIC`). No rule judges it. To keep a
 * caller who may only read from filling the log, arguments are cut, and only a limited number of an org's calls per
 * minute are stored. The next stored call has the number of those left out. Results are not stored, because they are in
 * the log already.
 */
export function recorder(deps: IngestDeps, onFault: (fault: unknown) => void): Recorder {
  const unjudged: IngestDeps = {
    ...deps,
    ruleSets: { ...deps.ruleSets, of: async () => NO_RULES },
    // The time it takes must not count for any rule.
    costs: { ...deps.costs, judged: () => {} },
  }
  const minutes = new Map<number, { minute: number; kept: number; left: number }>()

  /** The number of calls left out before this one. Null if this one is left out. */
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
      // The log stays readable even if the disk is full.
      onFault(error)
    }
  }
}

/** Identifies the caller by its credential, never by its own claims. */
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
