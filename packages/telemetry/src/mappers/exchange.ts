import type { Attributes, TelemetryRecord } from '../otlp/telemetry.ts'
import { firstText, modelParty, entryBase, textAt, type EntryAttributes, type EntryBase } from './entries.ts'
import { userOf } from './names.ts'

/** A record of a span dialect: its base, the other parties, when it ended, and its error. */
export interface Exchange extends EntryBase {
  readonly user: string
  readonly model: string
  /** Nanoseconds; null stands for the time of arrival. */
  readonly endNanos: bigint | null
  /** Null on success. */
  readonly error: string | null
}

/** The differences between dialects in what their records say about the parties. */
export interface ExchangeOptions {
  readonly source: string
  /** Only the root span has the agent's own name, so name the agent after its service: then all spans agree. */
  readonly isNamedByService?: boolean
  readonly user?: (attributes: Attributes) => string
  readonly attributes?: EntryAttributes
}

export function exchangeOf(
  record: TelemetryRecord,
  { source, isNamedByService = false, user = userOf, attributes: own = {} }: ExchangeOptions,
): Exchange {
  const { attributes } = record
  const service = textAt(record.resource.attributes, 'service.name')
  const agentName = isNamedByService ? null : textAt(attributes, 'gen_ai.agent.name')
  const model = firstText(attributes, MODELS)
  const occasion = entryBase(record, {
    source,
    agent: `agent.${agentName ?? service ?? (record.scope.name || 'unknown')}`,
    event: record.type === 'span' ? record.name : record.eventName,
    attributes: {
      model,
      'agent.id': textAt(attributes, 'gen_ai.agent.id'),
      'agent.name': isNamedByService ? agentNameOf(attributes) : null,
      // A dialect may set it; it is here because the order of attributes is part of an entry.
      function: null,
      entity: textAt(attributes, 'traceloop.entity.name'),
      ...own,
    },
  })
  return {
    ...occasion,
    user: user(attributes),
    model: modelParty(model ?? firstText(attributes, PROVIDERS)),
    endNanos: record.type === 'span' ? record.endNanos : record.timeNanos,
    error: errorOf(record),
  }
}

export const agentNameOf = (attributes: Attributes) => firstText(attributes, ['gen_ai.agent.name', 'agent.name'])

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

/** Error types that say nothing beyond "there was an error". */
const NO_NAMES: ReadonlySet<string | null> = new Set([null, '_OTHER', 'unknown'])

function errorOf(record: TelemetryRecord): string | null {
  const named = firstText(record.attributes, ['error.type', 'error'])
  if (!NO_NAMES.has(named) || record.type === 'log') return named
  const { status } = record
  const exception = record.events.find(({ name }) => name === 'exception')?.attributes
  const thrown = exception && firstText(exception, ['exception.message', 'exception.type'])
  return (status.error && status.message) || (thrown ?? named ?? (status.error ? 'error' : null))
}
