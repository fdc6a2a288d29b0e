import type { Kind, Payload, System } from '@sentinelmesh/rules'

export const SOURCES = [
  'claude_code',
  'codex',
  'gemini_cli',
  'copilot',
  'mcp',
  'openinference',
  'ai_sdk',
  'traceloop',
  'gen_ai',
] as const
/** Which dialect told it; the `service` of an entry's log source. */
export type SourceName = (typeof SOURCES)[number]

/** Agents that have hooks and send no telemetry. */
export type HookSourceName = 'cursor' | 'windsurf'

/** What a mapper reads out of one record or hook call; `other`: what no mapper knows and a key keeps all the same. Texts are as sent, of any length: bounds and redaction come after. */
export interface MappedEntry {
  readonly source: SourceName | HookSourceName | 'other'
  readonly kind: Kind
  readonly sender: string
  readonly receiver: string | null
  /** Of the record itself; null where it has none, then that of its trace counts. */
  readonly session: string | null
  readonly context: string | null
  readonly payload: Payload
  /** Microseconds UTC; null: when it arrived. */
  readonly at: number | null
  /** Flat; the names that `docs` list for mapped entries. */
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  /** What its resource says that the agent runs on; a fact beside the entry, not one of its attributes. */
  readonly system?: System
  /** What makes it the same as another report of it: see `anchorOf`. Null: every report is an entry of its own. */
  readonly anchor: string | null
}
