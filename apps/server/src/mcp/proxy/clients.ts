import { anchorOf } from '@sentinelmesh/telemetry'
import { LIMITS } from './limits.ts'
import { isObject, nameIn } from './message.ts'

/**
 * What clients say in `clientInfo`, and what hooks and telemetry call the same agent. Recorded from Codex 0.171.0 and Gemini
 * CLI 0.61.0; the rest after the list of apify/mcp-client-capabilities.
 */
const AGENTS: ReadonlyMap<string, string> = new Map([
  ['codex-mcp-client', 'codex'],
  ['Codex', 'codex'],
  ['gemini-cli-mcp-client', 'gemini-cli'],
  ['github-copilot-developer', 'github-copilot'],
  ['Visual Studio Code', 'copilot-chat'],
  ['Visual-Studio-Code', 'copilot-chat'],
  ['cursor-vscode', 'cursor'],
  ['windsurf-client', 'windsurf'],
  ['Windsurf', 'windsurf'],
])

/** The name of its agent; a client that is not known, or has one name everywhere, goes by its own. */
export const agentOf = (clientName: string) => AGENTS.get(clientName) ?? clientName

/** A call as the client's hooks and telemetry tell it, too. */
export interface NamedCall {
  readonly callId: string
  /** The client's own; null where it does not say. */
  readonly session: string | null
  /** Theirs, too. Null where another request had it before: however alike they are, both were made. */
  readonly anchor: string | null
}

export interface NamedCalls {
  /**
   * The call of the client's that a request is made for; null where its `_meta` says nothing. `request` tells it from others
   * where it may be sent again; null: it is another one each time.
   */
  of(params: unknown, request: string | null): NamedCall | null
}

/** `claudeSession`: the one that Claude Code gave the server when it started it; it names none with its calls. */
export function namedCalls(claudeSession: string | null): NamedCalls {
  /** By anchor, the request that had it first. */
  const first = new Map<string, string | null>()

  function isFirst(anchor: string, request: string | null): boolean {
    const before = first.get(anchor)
    if (before !== undefined) return before !== null && before === request
    first.set(anchor, request)
    const [oldest] = first.keys()
    if (first.size > LIMITS.namedCalls && oldest !== undefined) first.delete(oldest)
    return true
  }

  return {
    of(params, request) {
      const named = saidIn(params, claudeSession)
      if (named === null) return null
      const anchor = anchorOf(named)
      return { ...named, anchor: anchor !== null && isFirst(anchor, request) ? anchor : null }
    },
  }
}

/** As Claude Code (2.1.332) and Codex (0.171.0) say it. */
function saidIn(params: unknown, claudeSession: string | null): Omit<NamedCall, 'anchor'> | null {
  const meta = isObject(params) ? params['_meta'] : undefined
  const ofClaude = nameIn(meta, 'claudecode/toolUseId')
  if (ofClaude) return { callId: ofClaude, session: claudeSession }
  const callId = nameIn(meta, 'callId')
  return callId ? { callId, session: nameIn(meta, 'sessionId') || null } : null
}
