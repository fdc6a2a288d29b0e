import { anchorOf } from '@sentinelmesh/telemetry'
import { isObject, nameIn } from '../json-rpc/message.ts'
import { LIMITS } from '../limits.ts'

/** A tool call with the client's own id, under which the client's hooks and telemetry report it too. */
export interface NamedCall {
  readonly callId: string
  /** The client's own session. Null if the client does not send it. */
  readonly session: string | null
  /**
   * The anchor that hooks and telemetry compute for the same call, so that the reports are stored as one entry. Null if an
   * earlier request used it: two requests are two calls, even if they are equal.
   */
  readonly anchor: string | null
}

export interface NamedCalls {
  /**
   * The client's call that a request belongs to, or null if its `_meta` names none. `request` identifies the request on a
   * transport that may deliver it twice; null means that each request is a new one.
   */
  of(params: unknown, request: string | null): NamedCall | null
}

/** `claudeSession` is the session that Claude Code gave this process at start. Claude Code sends none with its calls. */
export function namedCalls(claudeSession: string | null): NamedCalls {
  /** The first request of each anchor. */
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
      const named = namedIn(params, claudeSession)
      if (named === null) return null
      const anchor = anchorOf(named)
      return { ...named, anchor: anchor !== null && isFirst(anchor, request) ? anchor : null }
    },
  }
}

/** Reads the members that Claude Code 2.1.332 and Codex 0.171.0 send. */
function namedIn(params: unknown, claudeSession: string | null): Omit<NamedCall, 'anchor'> | null {
  const meta = isObject(params) ? params['_meta'] : undefined
  const toolUseId = nameIn(meta, 'claudecode/toolUseId')
  if (toolUseId) return { callId: toolUseId, session: claudeSession }
  const callId = nameIn(meta, 'callId')
  return callId ? { callId, session: nameIn(meta, 'sessionId') || null } : null
}
