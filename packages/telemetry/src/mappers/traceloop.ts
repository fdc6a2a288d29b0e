import type { Attributes, Span } from '../otlp/telemetry.ts'
import { rootMessages, toolRunEntries } from './conversation.ts'
import { textAt } from './entries.ts'
import { exchangeOf, type Exchange } from './exchange.ts'
import { genAi, genAiLog, genAiSpan } from './gen-ai.ts'
import type { JsonLike } from './json.ts'
import type { MappedEntry } from './mapped-entry.ts'
import type { Mapper } from './mapper.ts'
import { answerIn, askedIn } from './messages/state.ts'
import { toolMessageIn } from './messages/tool-message.ts'
import { decoded, isArray, isObject, member } from './messages/value.ts'

/** OpenLLMetry (Traceloop): workflows, agents and tools are its own; calls of models are as the GenAI conventions say. */
export const traceloop: Mapper = {
  ...genAi,
  span,
  log: (record, toolOfCall) => genAiLog(exchangeOf(record, 'traceloop'), record, toolOfCall),
}

function span(record: Span): readonly MappedEntry[] {
  const of = exchangeOf(record, 'traceloop')
  const { attributes } = record
  switch (textAt(attributes, 'traceloop.span.kind')) {
    case 'tool':
      return tool(of, record)
    case 'workflow':
    case 'agent':
      return record.parentSpanId === null
        ? rootMessages(of, askedIn(unlessEmpty(entity(attributes, 'input'))), answerIn(entity(attributes, 'output')))
        : []
    case 'task':
      return textAt(attributes, 'gen_ai.operation.name') === 'execute_tool' ? tool(of, record) : []
    default:
      return genAiSpan(of, record)
  }
}

/** LangChain's goes by the name of its class; the message that comes of it has its own. */
function tool(of: Exchange, { attributes, name }: Span): readonly MappedEntry[] {
  const output = entity(attributes, 'output')
  const message = toolMessageIn(output)
  return toolRunEntries(of, {
    name: message?.name ?? textAt(attributes, 'traceloop.entity.name') ?? name,
    callId: textAt(attributes, 'gen_ai.tool.call.id') ?? message?.callId ?? null,
    args: argumentsOf(entity(attributes, 'input')),
    result: message === null ? output : message.content,
  })
}

const entity = (attributes: Attributes, side: 'input' | 'output') => decoded(attributes.get(`traceloop.entity.${side}`))

/**
 * A function is called with `{args, kwargs}`: named arguments, else those by position; both where it has both. LangChain
 * has one text of JSON, and no names.
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
