import type { Attributes, LogRecord, Span, SpanEvent } from '../otlp/telemetry.ts'
import {
  argumentsOf,
  completion,
  firstText,
  modelParty,
  modelPrompt,
  occasionOf,
  ownAttributes,
  spoken,
  systemEvent,
  textAt,
  toolCall,
  toolResult,
  userPrompt,
  type Arguments,
  type Call,
  type Kept,
  type Occasion,
} from './entries.ts'
import { parsedIfJson, payloadOf, type JsonLike } from './json.ts'
import type { MappedEntry } from './mapped-entry.ts'
import type { Mapper } from './mapper.ts'
import { isShellTool, toolOf, userOf } from './names.ts'

const AGENT = 'agent.claude-code'
const PREFIX = 'claude_code.'

/** Claude Code, recorded from 2.1.331: events of scope `com.anthropic.claude_code.events`, spans (beta) of `….tracing`. */
export const claudeCode: Mapper = { log, span }

/** Tokens, costs and what repeats other events. Any event that is not named here or below says something of its own. */
const PASSED_OVER = new Set([
  'api_request',
  'api_retries_exhausted',
  'at_mention',
  'compaction',
  'feedback_survey',
  'hook_execution_start',
  'hook_plugin_metrics',
  'retention_sweep',
])

function log(record: LogRecord): readonly MappedEntry[] {
  const { attributes } = record
  const event = record.eventName.startsWith(PREFIX) ? record.eventName.slice(PREFIX.length) : record.eventName
  const of = occasion(record, `${PREFIX}${event}`)
  const model = modelParty(textAt(attributes, 'model'))
  switch (event) {
    case 'user_prompt':
      return [userPrompt(of, userOf(attributes), firstText(attributes, ['prompt', 'prompt_text']))]
    case 'assistant_response': {
      const { payload, attributes: content } = spoken(textAt(attributes, 'response'))
      return [completion(of, model, payload, content)]
    }
    case 'tool_decision':
      return decision(of, attributes)
    case 'tool_result':
      return result(of, attributes)
    case 'api_request_body':
      return [modelPrompt(of, model, bodyOf(attributes))]
    case 'api_response_body':
      return [completion(of, model, bodyOf(attributes))]
    case 'hook_execution_complete':
      return Number(textAt(attributes, 'num_blocking')) > 0 ? [told(of, event, attributes)] : []
    default:
      return PASSED_OVER.has(event) ? [] : [told(of, event, attributes)]
  }
}

function span(record: Span): readonly MappedEntry[] {
  const { attributes, name, endNanos } = record
  const of = occasion(record, name)
  if (name === 'claude_code.interaction') {
    const prompt = textAt(attributes, 'user_prompt')
    return prompt === null ? [] : [userPrompt(of, userOf(attributes), prompt)]
  }
  if (name !== 'claude_code.tool') return []
  const call = callOf(attributes, {})
  const outputs = record.events.filter((event) => event.name === 'tool.output')
  return [
    toolCall(of, { ...call, args: argumentsOfSpan(attributes) }),
    ...outputs.map((output) => toolResult(of, { ...call, content: outputOf(output), timeNanos: endNanos })),
  ]
}

function occasion(record: LogRecord | Span, event: string): Occasion {
  const { attributes } = record
  const of = occasionOf(record, {
    source: 'claude_code',
    agent: AGENT,
    event,
    attributes: {
      'prompt.id': textAt(attributes, 'prompt.id'),
      model: textAt(attributes, 'model'),
      'agent.id': firstText(attributes, ['agent.id', 'agent_id']),
      'agent.name': textAt(attributes, 'agent.name'),
    },
  })
  // A span of a subagent has the subagent's id as its `gen_ai.conversation.id`.
  return { ...of, session: textAt(attributes, 'session.id') ?? of.session }
}

/** A call that was allowed is told again, with its arguments, when it has ended; one that never ends is told here only. */
function decision(of: Occasion, attributes: Attributes): readonly MappedEntry[] {
  const { call, args } = toldCall(attributes)
  const decided = textAt(attributes, 'decision')
  if (decided === 'accept' && args === null) return []
  return [toolCall(of, { ...call, args, attributes: decisionOf(decided, textAt(attributes, 'source')) })]
}

const RESULT_ATTRIBUTES = ['success', 'error_type', 'error', 'duration_ms', 'tool_result_size_bytes']

/** What the tool gave is not in the events: only how it went. */
function result(of: Occasion, attributes: Attributes): readonly MappedEntry[] {
  const { call, args } = toldCall(attributes)
  const decided = decisionOf(textAt(attributes, 'decision_type'), textAt(attributes, 'decision_source'))
  const content = Object.fromEntries(RESULT_ATTRIBUTES.map((name) => [name, attributes.get(name)]))
  return [
    toolCall(of, { ...call, args, attributes: decided }),
    toolResult(of, { ...call, content, attributes: { content: 'absent' } }),
  ]
}

const decisionOf = (decided: string | null, source: string | null): Kept => ({
  'tool.decision': decided,
  'tool.decision_source': source,
})

/** These name the tool of an MCP server; they are no arguments of the call. */
const MCP_NAMES = ['mcp_server_name', 'mcp_tool_name']

function toldCall(attributes: Attributes): { readonly call: Call; readonly args: Arguments | null } {
  const sent = argumentsOf(attributes.get('tool_parameters'))
  const parameters = membersOf(sent?.value)
  const call = callOf(attributes, parameters)
  const input = argumentsOf(attributes.get('tool_input'))
  // `tool_input` cuts each value, `full_command` is whole.
  if (isShellTool(call.tool.name) && typeof parameters['full_command'] === 'string') return { call, args: sent }
  if (input !== null) return { call, args: input }
  const own = Object.entries(parameters).filter(([name]) => !MCP_NAMES.includes(name))
  return { call, args: own.length === 0 ? null : argumentsOfMembers(Object.fromEntries(own)) }
}

function callOf(attributes: Attributes, parameters: Readonly<Record<string, unknown>>): Call {
  const [server, tool] = MCP_NAMES.map((name) => parameters[name] ?? attributes.get(name))
  const name = typeof tool === 'string' && tool !== '' ? tool : firstText(attributes, ['tool_name', 'gen_ai.tool.name'])
  return {
    tool: toolOf(name ?? 'unknown', typeof server === 'string' ? server : null),
    callId: firstText(attributes, ['tool_use_id', 'gen_ai.tool.call.id']),
  }
}

function argumentsOfSpan(attributes: Attributes): Arguments | null {
  const command = textAt(attributes, 'full_command')
  const path = textAt(attributes, 'file_path')
  if (command !== null) return argumentsOfMembers({ full_command: command })
  return argumentsOf(attributes.get('tool_input')) ?? (path === null ? null : argumentsOfMembers({ file_path: path }))
}

const argumentsOfMembers = (members: Readonly<Record<string, unknown>>): Arguments => ({
  json: members as JsonLike,
  value: members,
})

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

/** The text that the tool gave, be it empty, where its event has one; else all that the event holds. */
function outputOf({ attributes }: SpanEvent): JsonLike {
  return attributes.get('output') ?? attributes.get('content') ?? ownAttributes(attributes, () => false)
}

/** A body is JSON, or names a file of the machine that holds it. */
function bodyOf(attributes: Attributes) {
  const body = textAt(attributes, 'body')
  return body === null
    ? payloadOf({ body_ref: textAt(attributes, 'body_ref') ?? undefined })
    : payloadOf(parsedIfJson(body))
}

const told = (of: Occasion, event: string, attributes: Attributes) =>
  systemEvent(of, event, ownAttributes(attributes, isCommon))

/** On every event, or kept beside the payload. */
const COMMON = /^(?:user|event|organization|anthropic|app)\.|^(?:session\.id|terminal\.type|prompt\.id)$/
const isCommon = (name: string) => COMMON.test(name)
