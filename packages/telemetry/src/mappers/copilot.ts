import type { Attributes, LogRecord, Span } from '../otlp/telemetry.ts'
import { conversationEntries, rootConversation, toolRunEntries } from './conversation.ts'
import { firstText, ownAttributes, scalarAt, systemEvent, textAt, toolCall, type Kept } from './entries.ts'
import { exchangeOf } from './exchange.ts'
import type { MappedEntry } from './mapped-entry.ts'
import type { Mapper } from './mapper.ts'
import { DETAILS, latest } from './messages/generations.ts'
import { toolOf } from './names.ts'

/**
 * GitHub Copilot: its CLI, recorded from 1.0.102, which sends spans only, and Copilot Chat in VS Code, from its
 * documentation. Both speak GenAI's conventions since 1.37; a span's input holds new messages only.
 */
export const copilot: Mapper = { log, span }

function span(record: Span): readonly MappedEntry[] {
  const { attributes } = record
  const of = exchangeOf(record, 'copilot')
  switch (textAt(attributes, 'gen_ai.operation.name')) {
    case 'chat':
      return messagesOf(record)
    case 'execute_tool':
      return toolRunEntries(of, {
        name: textAt(attributes, 'gen_ai.tool.name') ?? 'unknown',
        server: serverOf(attributes),
        callId: textAt(attributes, 'gen_ai.tool.call.id'),
        args: attributes.get('gen_ai.tool.call.arguments') ?? parametersOf(attributes),
        result: attributes.get('gen_ai.tool.call.result') ?? failureOf(record),
      }).map((one) => atServer(one, attributes))
    case 'invoke_agent': {
      // A subagent works below the tool that started it, which has told what it was asked and what it answered.
      const told = record.parentSpanId === null ? latest(attributes) : null
      return told === null ? [] : rootConversation(of, told)
    }
    default:
      return []
  }
}

/** Models call `<server>-<tool>`, and that name stays in the payload: it makes one entry of all that tell this call. */
function atServer(entry: MappedEntry, attributes: Attributes): MappedEntry {
  const tool = parameterOf(attributes, 'mcp_tool_name')
  const server = serverOf(attributes)
  if (tool === null || server === null) return entry
  const { party } = toolOf(tool, server)
  return entry.kind === 'tool_call' ? { ...entry, receiver: party } : { ...entry, sender: party }
}

/** What a model reads of a call that failed; where content is kept back this says no more than that it failed. */
function failureOf({ attributes, status }: Span): string | undefined {
  const isTold = status.error && status.message !== '' && attributes.has('gen_ai.tool.call.arguments')
  return isTold ? status.message : undefined
}

function messagesOf(record: Span | LogRecord): readonly MappedEntry[] {
  const told = latest(record.attributes)
  return told === null ? [] : conversationEntries(exchangeOf(record, 'copilot'), told)
}

function log(record: LogRecord): readonly MappedEntry[] {
  const { attributes, eventName } = record
  switch (eventName) {
    case 'copilot_chat.session.start':
      return [systemEvent(occasion(record), 'session.start', ownAttributes(attributes, isCommon))]
    case 'copilot_chat.tool.call':
      return [call(record)]
    case DETAILS:
      return messagesOf(record)
    default:
      return []
  }
}

/** It holds the name of the tool only; where content is captured, its span tells the call. */
function call(record: LogRecord): MappedEntry {
  const { attributes } = record
  const tool = toolOf(textAt(attributes, 'gen_ai.tool.name') ?? 'unknown', serverOf(attributes))
  const outcome: Kept = { 'tool.success': scalarAt(attributes, 'success'), error: textAt(attributes, 'error.type') }
  const callId = textAt(attributes, 'gen_ai.tool.call.id')
  return toolCall(occasion(record), { tool, callId, args: null, attributes: outcome })
}

const occasion = (record: LogRecord) => exchangeOf(record, 'copilot', { 'agent.name': null })

/** The first is preferred by those that send both. */
const NAMESPACES = ['github.copilot.', 'copilot_chat.']
const serverOf = (attributes: Attributes) =>
  firstText(attributes, ['mcp_server_name', 'mcp_server']) ?? parameterOf(attributes, 'mcp_server_name')

const parameterOf = (attributes: Attributes, name: string) =>
  firstText(
    attributes,
    NAMESPACES.map((namespace) => `${namespace}tool.parameters.${name}`),
  )

/** What says which tool of which MCP server is called, and is no argument: names, or their hashes. */
const OF_SERVER = /\.mcp_(?:server|tool)_name(?:_hash)?$/

/** Some parameters of a call, each an attribute of its own, are sent by the CLI beside its arguments. */
function parametersOf(attributes: Attributes) {
  for (const namespace of NAMESPACES) {
    const prefix = `${namespace}tool.parameters.`
    const own = [...attributes].filter(([name]) => name.startsWith(prefix) && !OF_SERVER.test(name))
    if (own.length > 0) return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]))
  }
  return undefined
}

/** On every event, or kept beside the payload. */
const COMMON = /^(?:user|event)\.|^(?:session\.id|gen_ai\.conversation\.id)$/
const isCommon = (name: string) => COMMON.test(name)
