import { randomUUID } from 'node:crypto'
import { conversation as startConversation, newMemory, type Conversation } from './conversation/conversation.ts'
import type { McpServer } from './conversation/entry-factory.ts'
import type { judgeByBuiltinRules } from './verdicts/builtin-judge.ts'
import { gate as makeGate, type Gate, type GateOptions } from './verdicts/gate.ts'
import { openSpool } from './verdicts/spool.ts'

export interface PartsOptions extends Pick<GateOptions, 'url' | 'apiKey' | 'fail' | 'onAsk' | 'budgetMs' | 'warn'> {
  readonly server: McpServer
  /** Null: requests that cannot be sent are lost. */
  readonly spoolFolder: string | null
  /** The session that Claude Code gave this process. */
  readonly claudeSession: string | null
}

/** The parts that each transport uses. */
export interface Parts {
  readonly gate: Gate
  /** The session of this run, for everything that has no session of its own. */
  readonly session: string
  readonly conversation: Conversation
  /** Starts another conversation, for a session id or for one request without a session. */
  readonly newConversation: (session: string | null) => Conversation
}

/** Connects the parts of a proxy for one MCP server. */
export function proxyParts({ server, spoolFolder: folder, claudeSession, ...options }: PartsOptions): Parts {
  const now = () => Date.now()
  const run = `mcp-${randomUUID()}`
  const memory = newMemory(now, claudeSession)
  const newConversation = (session: string | null) => {
    const place = { connection: randomUUID(), session: run, isShared: false }
    const started = startConversation({ server, place, memory, now })
    if (session !== null) started.open(session)
    return started
  }
  const conversation = newConversation(null)
  const { url, apiKey } = options
  const gate = makeGate({
    ...options,
    server,
    judgeHere: builtinJudge(),
    note: conversation.note,
    spool: folder === null ? null : openSpool({ folder, url, apiKey, now }),
    now,
  })
  return { gate, session: run, conversation, newConversation }
}

/** Loads the rules at the first use, because usually the server judges. */
function builtinJudge(): GateOptions['judgeHere'] {
  let judge: Promise<ReturnType<typeof judgeByBuiltinRules>> | undefined
  return async (entry) => {
    judge ??= import('./verdicts/builtin-judge.ts').then((module) => module.judgeByBuiltinRules())
    return (await judge)(entry)
  }
}
