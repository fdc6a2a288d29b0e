import type { Attributes, TelemetryRecord } from '../otlp/telemetry.ts'
import { firstText, modelParty, occasionOf, textAt, type Kept, type Occasion } from './entries.ts'
import type { SourceName } from './mapped-entry.ts'
import { userOf } from './names.ts'

/** A record of a span dialect: an occasion with who takes part beside the agent, when it ended and how. */
export interface Exchange extends Occasion {
  readonly user: string
  readonly model: string
  /** Nanoseconds; null: when it arrived. */
  readonly endNanos: bigint | null
  /** Null where it went well. */
  readonly error: string | null
}

/** Dialects where the agent's own name is on the root span only: children go by their service, always the same one. */
const NAMED_BY_SERVICE: ReadonlySet<SourceName> = new Set(['copilot', 'ai_sdk', 'openinference', 'mcp'])

export function exchangeOf(record: TelemetryRecord, source: SourceName, own: Kept = {}): Exchange {
  const { attributes } = record
  const byService = NAMED_BY_SERVICE.has(source)
  const agentName = firstText(attributes, ['gen_ai.agent.name', 'agent.name'])
  const service = textAt(record.resource.attributes, 'service.name')
  const name =
    (byService ? null : textAt(attributes, 'gen_ai.agent.name')) ?? service ?? (record.scope.name || 'unknown')
  const model = firstText(attributes, MODELS)
  const occasion = occasionOf(record, {
    source,
    agent: `agent.${name}`,
    event: record.type === 'span' ? record.name : record.eventName,
    attributes: {
      model,
      'agent.id': textAt(attributes, 'gen_ai.agent.id'),
      'agent.name': byService && source !== 'ai_sdk' ? agentName : null,
      function: source === 'ai_sdk' ? (textAt(attributes, 'ai.telemetry.functionId') ?? agentName) : null,
      entity: textAt(attributes, 'traceloop.entity.name'),
      ...own,
    },
  })
  return {
    ...occasion,
    user: source === 'openinference' ? openInferenceUser(attributes) : userOf(attributes),
    model: modelParty(model ?? firstText(attributes, PROVIDERS)),
    endNanos: record.type === 'span' ? record.endNanos : record.timeNanos,
    error: errorOf(record),
  }
}

const MODELS = [
  'gen_ai.response.model',
  'gen_ai.request.model',
  'llm.response.model_name',
  'llm.request.model_name',
  'llm.model_name',
  'ai.response.model',
  'ai.model.id',
  'model',
]

const PROVIDERS = ['gen_ai.provider.name', 'gen_ai.system', 'llm.provider', 'llm.system']

/** Here `user.id` is who uses the application; elsewhere it is a random id of an installation. */
function openInferenceUser(attributes: Attributes): string {
  const known = userOf(attributes)
  const id = textAt(attributes, 'user.id')
  return known === 'user' && id !== null ? `user.${id}` : known
}

/** Names that say no more than that there was an error. */
const NO_NAMES: ReadonlySet<string | null> = new Set([null, '_OTHER', 'unknown'])

function errorOf(record: TelemetryRecord): string | null {
  const named = firstText(record.attributes, ['error.type', 'error'])
  if (!NO_NAMES.has(named) || record.type === 'log') return named
  const { status } = record
  const exception = record.events.find(({ name }) => name === 'exception')?.attributes
  const thrown = exception && firstText(exception, ['exception.message', 'exception.type'])
  return (status.error && status.message) || (thrown ?? named ?? (status.error ? 'error' : null))
}
