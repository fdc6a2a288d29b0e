import type { Attributes, LogRecord, Span, SpanEvent } from '../../otlp/telemetry.ts'
import {
  argumentsOf,
  completion,
  firstText,
  modelParty,
  modelPrompt,
  entryBase,
  ownAttributes,
  textContent,
  systemEvent,
  textAt,
  toolCall,
  toolResult,
  userPrompt,
  type Arguments,
  type Call,
  type EntryAttributes,
  type EntryBase,
} from '../../mappers/entries.ts'
import { parsedIfJson, payloadOf, type JsonLike } from '../../mappers/json.ts'
import type { MappedEntry } from '../../mappers/mapped-entry.ts'
import type { Dialect } from '../dialect.ts'
import { isShellTool, toolOf, userOf } from '../../mappers/names.ts'

const AGENT = 'agent.claude-code'
const PREFIX = 'claude_code.'

/**
 * Claude Code, recorded from 2.1.331: events of scope `com.anthropic.claude_code.events`, spans (beta) of `….tracing`.
 */
export const claudeCode: Dialect = {
  name: 'claude_code',
  claims: (record) =>
    record.scope.name.startsWith('com.anthropic.claude_code') ||
    (record.type === 'span' && record.name.startsWith(PREFIX)),
  log,
  span,
}

/** Token counts, costs, and repetitions of other events. Every other event becomes an entry. */
const IGNORED_EVENTS = new Set([
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
  const base = occasion(record, `${PREFIX}${event}`)
  const model = modelParty(textAt(attributes, 'model'))
  switch (event) {
    case 'user_prompt':
      return [userPrompt(base, userOf(attributes), firstText(attributes, ['prompt', 'prompt_text']))]
    case 'assistant_response': {
      const { payload, attributes: content } = textContent(textAt(attributes, 'response'))
      return [completion(base, model, payload, content)]
    }
    case 'tool_decision':
      return decision(base, attributes)
    case 'tool_result':
      return result(base, attributes)
    case 'api_request_body':
      return [modelPrompt(base, model, bodyOf(attributes))]
    case 'api_response_body':
      return [completion(base, model, bodyOf(attributes))]
    case 'hook_execution_complete':
      return Number(textAt(attributes, 'num_blocking')) > 0 ? [ownEvent(base, event, attributes)] : []
    default:
      return IGNORED_EVENTS.has(event) ? [] : [ownEvent(base, event, attributes)]
  }
}

function span(record: Span): readonly MappedEntry[] {
  const { attributes, name, endNanos } = record
  const base = occasion(record, name)
  if (name === 'claude_code.interaction') {
    const prompt = textAt(attributes, 'user_prompt')
    return prompt === null ? [] : [userPrompt(base, userOf(attributes), prompt)]
  }
  if (name !== 'claude_code.tool') return []
  const call = callOf(attributes, {})
  const outputs = record.events.filter((event) => event.name === 'tool.output')
  return [
    toolCall(base, { ...call, args: argumentsOfSpan(attributes) }),
    ...outputs.map((output) => toolResult(base, { ...call, content: outputOf(output), timeNanos: endNanos })),
  ]
}

function occasion(record: LogRecord | Span, event: string): EntryBase {
  const { attributes } = record
  const base = entryBase(record, {
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
  return { ...base, session: textAt(attributes, 'session.id') ?? base.session }
}

/** An allowed call is reported again with its arguments when it ends; a call that never ends is reported only here. */
function decision(base: EntryBase, attributes: Attributes): readonly MappedEntry[] {
  const { call, args } = callAndArguments(attributes)
  const decided = textAt(attributes, 'decision')
  if (decided === 'accept' && args === null) return []
  return [toolCall(base, { ...call, args, attributes: decisionOf(decided, textAt(attributes, 'source')) })]
}

const RESULT_ATTRIBUTES = ['success', 'error_type', 'error', 'duration_ms', 'tool_result_size_bytes']

/** The events do not have the tool's output, only its outcome. */
function result(base: EntryBase, attributes: Attributes): readonly MappedEntry[] {
  const { call, args } = callAndArguments(attributes)
  const decided = decisionOf(textAt(attributes, 'decision_type'), textAt(attributes, 'decision_source'))
  const content = Object.fromEntries(RESULT_ATTRIBUTES.map((name) => [name, attributes.get(name)]))
  return [
    toolCall(base, { ...call, args, attributes: decided }),
    toolResult(base, { ...call, content, attributes: { content: 'absent' } }),
  ]
}

const decisionOf = (decided: string | null, source: string | null): EntryAttributes => ({
  'tool.decision': decided,
  'tool.decision_source': source,
})

/** They name the tool of an MCP server and are not arguments of the call. */
const MCP_NAMES = ['mcp_server_name', 'mcp_tool_name']

function callAndArguments(attributes: Attributes): { readonly call: Call; readonly args: Arguments | null } {
  const sent = argumentsOf(attributes.get('tool_parameters'))
  const parameters = membersOf(sent?.value)
  const call = callOf(attributes, parameters)
  const input = argumentsOf(attributes.get('tool_input'))
  // Values in `tool_input` are truncated; `full_command` is not.
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

/** The tool's output, possibly empty, or all attributes of the event if it has no output. */
function outputOf({ attributes }: SpanEvent): JsonLike {
  return attributes.get('output') ?? attributes.get('content') ?? ownAttributes(attributes, () => false)
}

/** A body is JSON, or a reference to a file on the agent's machine. */
function bodyOf(attributes: Attributes) {
  const body = textAt(attributes, 'body')
  return body === null
    ? payloadOf({ body_ref: textAt(attributes, 'body_ref') ?? undefined })
    : payloadOf(parsedIfJson(body))
}

const ownEvent = (base: EntryBase, event: string, attributes: Attributes) =>
  systemEvent(base, event, ownAttributes(attributes, isCommon))

/** Attributes that are on every event, or that are stored outside the payload. */
const COMMON = /^(?:user|event|organization|anthropic|app)\.|^(?:session\.id|terminal\.type|prompt\.id)$/
const isCommon = (name: string) => COMMON.test(name)
