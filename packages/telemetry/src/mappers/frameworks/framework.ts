import type { Span } from '../../otlp/telemetry.ts'
import type { ToolRun } from '../conversation.ts'
import type { Exchange } from '../exchange.ts'
import type { MappedEntry } from '../mapped-entry.ts'
import type { Conversation } from '../messages/message.ts'

/** What a span tells of. */
export type Work = 'model' | 'tool' | 'agent' | 'retrieval' | 'nothing'

/**
 * A framework that sends spans of the GenAI conventions and puts what is said where these do not. What it has nothing to
 * say about (a method that is not there, or gives null) is read as the conventions have it.
 */
export interface Framework {
  readonly sent: (span: Span) => boolean
  readonly work?: (span: Span) => Work | null
  readonly conversation?: (span: Span) => Conversation | null
  readonly toolRun?: (span: Span) => Partial<ToolRun> | null
  /** Of an agent's or workflow's span, wherever in its trace: what the spans of its models do not have. */
  readonly declared?: (span: Span) => Pick<Conversation, 'system' | 'definitions'>
  /** The messages of a root span. */
  readonly root?: (of: Exchange, span: Span) => readonly MappedEntry[] | null
}
