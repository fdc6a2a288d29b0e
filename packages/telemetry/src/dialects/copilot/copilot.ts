import type { Attributes, LogRecord, Span, TelemetryRecord } from '../../otlp/telemetry.ts'
import { conversationEntries, rootConversation, toolRunEntries } from '../../mappers/conversation.ts'
import {
  firstText,
  ownAttributes,
  scalarAt,
  systemEvent,
  textAt,
  toolCall,
  type EntryAttributes,
} from '../../mappers/entries.ts'
import { exchangeOf } from '../../mappers/exchange.ts'
import type { MappedEntry } from '../../mappers/mapped-entry.ts'
import { logEventOf, serviceOf } from '../claims.ts'
import type { Dialect } from '../dialect.ts'
import { DETAILS, latest } from '../../mappers/messages/generations.ts'
import { toolOf } from '../../mappers/names.ts'

/**
 * GitHub Copilot: its CLI, recorded from 1.0.102, which sends spans only, and Copilot Chat in VS Code, from its
 * documentation. Both follow the GenAI conventions from 1.37 on; a span's input holds only new messages.
 */
export const copilot: Dialect = {
  name: 'copilot',
  claims: (record) =>
    ['github-copilot', 'copilot-chat'].includes(serviceOf(record)) || logEventOf(record).startsWith('copilot_chat.'),
  log,
  span,
}

const exchangeIn = (record: TelemetryRecord, attributes: EntryAttributes = {}) =>
  exchangeOf(record, { source: 'copilot', isNamedByService: true, attributes })

function span(record: Span): readonly MappedEntry[] {
  const { attributes } = record
  const exchange = exchangeIn(record)
  switch (textAt(attributes, 'gen_ai.operation.name')) {
    case 'chat':
      return messagesOf(record)
    case 'execute_tool':
      return toolRunEntries(exchange, {
        name: textAt(attributes, 'gen_ai.tool.name') ?? 'unknown',
        server: serverOf(attributes),
        callId: textAt(attributes, 'gen_ai.tool.call.id'),
        args: attributes.get('gen_ai.tool.call.arguments') ?? parametersOf(attributes),
        result: attributes.get('gen_ai.tool.call.result') ?? failureOf(record),
      }).map((one) => atServer(one, attributes))
    case 'invoke_agent': {
      // A subagent's span is below the tool call that started it, and that call reports its prompt and its answer.
      const conversation = record.parentSpanId === null ? latest(attributes) : null
      return conversation === null ? [] : rootConversation(exchange, conversation)
    }
    default:
      return []
  }
}

/** Models call `<server>-<tool>`. The payload keeps that name, so that all reports of the call are the same entry. */
function atServer(entry: MappedEntry, attributes: Attributes): MappedEntry {
  const tool = parameterOf(attributes, 'mcp_tool_name')
  const server = serverOf(attributes)
  if (tool === null || server === null) return entry
  const { party } = toolOf(tool, server)
  return entry.kind === 'tool_call' ? { ...entry, receiver: party } : { ...entry, sender: party }
}

/** The error text that the model reads. If content is not captured, the status only says that the call failed. */
function failureOf({ attributes, status }: Span): string | undefined {
  const isTold = status.error && status.message !== '' && attributes.has('gen_ai.tool.call.arguments')
  return isTold ? status.message : undefined
}

function messagesOf(record: Span | LogRecord): readonly MappedEntry[] {
  const conversation = latest(record.attributes)
  return conversation === null ? [] : conversationEntries(exchangeIn(record), conversation)
}

function log(record: LogRecord): readonly MappedEntry[] {
  const { attributes, eventName } = record
  switch (eventName) {
    case 'copilot_chat.session.start':
      return [systemEvent(logExchange(record), 'session.start', ownAttributes(attributes, isCommon))]
    case 'copilot_chat.tool.call':
      return [call(record)]
    case DETAILS:
      return messagesOf(record)
    default:
      return []
  }
}

/** Has the tool's name but no arguments; if content is captured, the span reports the full call. */
function call(record: LogRecord): MappedEntry {
  const { attributes } = record
  const tool = toolOf(textAt(attributes, 'gen_ai.tool.name') ?? 'unknown', serverOf(attributes))
  const outcome: EntryAttributes = {
    'tool.success': scalarAt(attributes, 'success'),
    error: textAt(attributes, 'error.type'),
  }
  const callId = textAt(attributes, 'gen_ai.tool.call.id')
  return toolCall(logExchange(record), { tool, callId, args: null, attributes: outcome })
}

const logExchange = (record: LogRecord) => exchangeIn(record, { 'agent.name': null })

/** If a record has both, the first one wins. */
const NAMESPACES = ['github.copilot.', 'copilot_chat.']
const serverOf = (attributes: Attributes) =>
  firstText(attributes, ['mcp_server_name', 'mcp_server']) ?? parameterOf(attributes, 'mcp_server_name')

const parameterOf = (attributes: Attributes, name: string) =>
  firstText(
    attributes,
    NAMESPACES.map((namespace) => `${namespace}tool.parameters.${name}`),
  )

/** Names (or hashes of names) of the MCP server and its tool, which are not arguments of the call. */
const OF_SERVER = /\.mcp_(?:server|tool)_name(?:_hash)?$/

/** Parameters of a call that the CLI sends as separate attributes. */
function parametersOf(attributes: Attributes) {
  for (const namespace of NAMESPACES) {
    const prefix = `${namespace}tool.parameters.`
    const own = [...attributes].filter(([name]) => name.startsWith(prefix) && !OF_SERVER.test(name))
    if (own.length > 0) return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]))
  }
  return undefined
}

/** Attributes that are on every event, or that are stored outside the payload. */
const COMMON = /^(?:user|event)\.|^(?:session\.id|gen_ai\.conversation\.id)$/
const isCommon = (name: string) => COMMON.test(name)
