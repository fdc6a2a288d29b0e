import type { Attributes, Span } from '../../otlp/telemetry.ts'
import { rootMessages, toolRunEntries } from '../../mappers/conversation.ts'
import { textAt } from '../../mappers/entries.ts'
import { exchangeOf, type Exchange } from '../../mappers/exchange.ts'
import { genAiLog, genAiSpan, namedCalls } from '../gen-ai/gen-ai.ts'
import type { JsonLike } from '../../mappers/json.ts'
import type { MappedEntry } from '../../mappers/mapped-entry.ts'
import { hasPrefix } from '../claims.ts'
import type { Dialect } from '../dialect.ts'
import { answerIn, askedIn } from '../../mappers/messages/state.ts'
import { toolMessageIn } from '../../mappers/messages/tool-message.ts'
import { decoded, isArray, isObject, member } from '../../mappers/messages/value.ts'

/** OpenLLMetry (Traceloop): its own workflows, agents, and tools; model calls follow the GenAI conventions. */
export const traceloop: Dialect = {
  name: 'traceloop',
  claims: ({ attributes }) => attributes.has('llm.request.type') || hasPrefix(attributes, 'traceloop.'),
  span,
  log: (record, toolOfCall) => genAiLog(exchangeOf(record, { source: 'traceloop' }), record, toolOfCall),
  calls: namedCalls,
}

function span(record: Span): readonly MappedEntry[] {
  const exchange = exchangeOf(record, { source: 'traceloop' })
  const { attributes } = record
  switch (textAt(attributes, 'traceloop.span.kind')) {
    case 'tool':
      return tool(exchange, record)
    case 'workflow':
    case 'agent':
      return record.parentSpanId === null
        ? rootMessages(
            exchange,
            askedIn(unlessEmpty(entity(attributes, 'input'))),
            answerIn(entity(attributes, 'output')),
          )
        : []
    case 'task':
      return textAt(attributes, 'gen_ai.operation.name') === 'execute_tool' ? tool(exchange, record) : []
    default:
      return genAiSpan(exchange, record)
  }
}

/** LangChain names a tool's span after its class; only the resulting message has the tool's own name. */
function tool(exchange: Exchange, { attributes, name }: Span): readonly MappedEntry[] {
  const output = entity(attributes, 'output')
  const message = toolMessageIn(output)
  return toolRunEntries(exchange, {
    name: message?.name ?? textAt(attributes, 'traceloop.entity.name') ?? name,
    callId: textAt(attributes, 'gen_ai.tool.call.id') ?? message?.callId ?? null,
    args: argumentsOf(entity(attributes, 'input')),
    result: message === null ? output : message.content,
  })
}

const entity = (attributes: Attributes, side: 'input' | 'output') => decoded(attributes.get(`traceloop.entity.${side}`))

/**
 * Python calls are reported as `{args, kwargs}`. Returns the named arguments, the positional ones, or both.
 * LangChain has a single JSON text in `args` and no `kwargs`.
 */
function argumentsOf(input: JsonLike | undefined): JsonLike | undefined {
  const { args, kwargs } = parametersOf(input)
  if (kwargs === undefined && isArray(args) && args.length === 1) return args[0]
  if (args === undefined || kwargs === undefined) return input
  if (sizeOf(args) === 0) return kwargs
  return sizeOf(kwargs) === 0 ? args : input
}

function unlessEmpty(input: JsonLike | undefined): JsonLike | undefined {
  const { args, kwargs } = parametersOf(input)
  return args !== undefined && kwargs !== undefined && sizeOf(args) + sizeOf(kwargs) === 0 ? undefined : input
}

function parametersOf(input: JsonLike | undefined) {
  return { args: member(input, 'args'), kwargs: member(input, 'kwargs') }
}

function sizeOf(value: JsonLike): number {
  if (isArray(value)) return value.length
  return isObject(value) ? Object.keys(value).length : 1
}
