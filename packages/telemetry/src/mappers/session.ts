import type { Attributes } from '../otlp/telemetry.ts'

/** The first that is present wins; `otel/mapping.md` §2, *Names*. */
const SESSION_ATTRIBUTES = [
  'gen_ai.conversation.id',
  'session.id',
  'conversation.id',
  'traceloop.association.properties.session_id',
  'traceloop.association.properties.chat_id',
  'ai.telemetry.metadata.sessionId',
  // The same, from version 7 of the AI SDK on.
  'ai.settings.context.sessionId',
  'gcp.vertex.agent.session_id',
  'langsmith.metadata.thread_id',
  'langsmith.metadata.session_id',
  // A LangSmith project rather than a conversation, so it comes last.
  'langsmith.trace.session_id',
]

/** The session that a record itself names; if null, that of its trace counts. */
export function sessionOf(attributes: Attributes): string | null {
  for (const name of SESSION_ATTRIBUTES) {
    const session = attributes.get(name)
    if (typeof session === 'string' && session !== '') return session
    if (typeof session === 'number' || typeof session === 'bigint') return String(session)
  }
  return null
}

/** Session attributes assign an entry to its session and are not part of its payload. */
export const isSessionAttribute = (name: string) => SESSION_ATTRIBUTES.includes(name)
