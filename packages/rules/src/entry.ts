/** The kinds of log entries. */
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

/** Sigma's log source. A rule applies to entries that have the same value for every key that the rule sets. */
export interface LogSource {
  readonly product?: string
  readonly category?: string
  readonly service?: string
}

/** The operating systems of agents. */
export const SYSTEMS = ['linux', 'macos', 'windows'] as const
export type System = (typeof SYSTEMS)[number]

/** JSON is stored as the text that was sent: numbers beyond 2^53, key order and whitespace are evidence. */
export interface Payload {
  readonly type: 'text' | 'json'
  readonly text: string
}

/** A log entry, repaired and bounded by the edge, before judging and, in redacted form, after it. */
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
  /** The risk that the agent itself reported, 0–100. It can raise the computed risk but never lower it. */
  readonly reportedRisk: number | null
  /** The system that the telemetry reported; null if it did not, so that attributes and paths decide. */
  readonly system: System | null
}
