/** What an agent did, as rules see it. The words are those of the product: a log entry has one of these kinds. */
export const KINDS = [
  'message',
  'prompt',
  'completion',
  'tool_call',
  'tool_result',
  'tool_definition',
  'system',
] as const
export type Kind = (typeof KINDS)[number]

/** Sigma's log source. A rule is tried where every key that it names equals the entry's. */
export interface LogSource {
  readonly product?: string
  readonly category?: string
  readonly service?: string
}

/** What an agent runs on. */
export const SYSTEMS = ['linux', 'macos', 'windows'] as const
export type System = (typeof SYSTEMS)[number]

/** JSON is kept as the text that was sent: numbers beyond 2^53, key order and blanks are evidence. */
export interface Payload {
  readonly type: 'text' | 'json'
  readonly text: string
}

/** A log entry after the edge has repaired and bounded it, before (and, redacted, after) judging. */
export interface Entry {
  readonly sender: string
  readonly receiver: string | null
  readonly kind: Kind
  readonly session: string | null
  readonly context: string | null
  readonly payload: Payload
  /** The text of a JSON object, as sent. */
  readonly attributes: string | null
  readonly logsource: LogSource
  /** 0–100: what the agent itself claims. Evidence like any other; it can raise a risk, never lower one. */
  readonly reportedRisk: number | null
  /** As its telemetry tells beside the entry; null where it does not, then attributes and paths may. */
  readonly system: System | null
}
