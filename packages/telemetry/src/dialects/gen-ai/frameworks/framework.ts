import type { Span } from '../../../otlp/telemetry.ts'
import type { ToolRun } from '../../../mappers/conversation.ts'
import type { Exchange } from '../../../mappers/exchange.ts'
import type { MappedEntry } from '../../../mappers/mapped-entry.ts'
import type { Conversation } from '../../../mappers/messages/message.ts'

/** The kind of work that a span reports. */
export type Work = 'model' | 'tool' | 'agent' | 'retrieval' | 'nothing'

/**
 * A framework that sends spans of the GenAI conventions but puts content elsewhere. A method that is absent or returns
 * null leaves that part to the conventions.
 */
export interface Framework {
  readonly claims: (span: Span) => boolean
  readonly work?: (span: Span) => Work | null
  readonly conversation?: (span: Span) => Conversation | null
  readonly toolRun?: (span: Span) => Partial<ToolRun> | null
  /** System prompt and tools of an agent's or workflow's span, root or not, if its model spans do not have them. */
  readonly declared?: (span: Span) => Pick<Conversation, 'system' | 'definitions'>
  /** The messages of a root span. */
  readonly root?: (exchange: Exchange, span: Span) => readonly MappedEntry[] | null
}
