import type { Attributes } from '../otlp/telemetry.ts'

/** Where dialects put the id of a run or conversation; the first that is there wins. */
const SESSION_ATTRIBUTES = [
  'gen_ai.conversation.id',
  'session.id',
  'conversation.id',
  'traceloop.association.properties.session_id',
  'traceloop.association.properties.chat_id',
  'ai.telemetry.metadata.sessionId',
  'gcp.vertex.agent.session_id',
  'langsmith.trace.session_id',
]

/** The session that a record names itself; null where it names none. */
export function sessionOf(attributes: Attributes): string | null {
  for (const name of SESSION_ATTRIBUTES) {
    const session = attributes.get(name)
    if (typeof session === 'string' && session !== '') return session
    if (typeof session === 'number' || typeof session === 'bigint') return String(session)
  }
  return null
}
