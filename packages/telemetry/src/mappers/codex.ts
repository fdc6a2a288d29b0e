import type { Attributes, LogRecord } from '../otlp/telemetry.ts'
import {
  argumentsOf,
  occasionOf,
  ownAttributes,
  scalarAt,
  systemEvent,
  textAt,
  toolCall,
  toolResult,
  userPrompt,
  type Occasion,
} from './entries.ts'
import type { JsonLike } from './json.ts'
import type { MappedEntry } from './mapped-entry.ts'
import type { Mapper } from './mapper.ts'
import { toolOf, userOf } from './names.ts'

const AGENT = 'agent.codex'
const PREFIX = 'codex.'

/**
 * Codex CLI, recorded from 0.169.0: events of scope `codex_otel.log_only`. What the model answers is in none of them. Its
 * spans are hundreds of internal ones a turn.
 */
export const codex: Mapper = { log, span: () => [] }

/** Requests, their pieces and their times. */
const PASSED_OVER = /^(?:api_request|sse_event|startup_phase|turn_ttft|websocket_.*)$/

function log(record: LogRecord): readonly MappedEntry[] {
  const { attributes, eventName } = record
  const event = eventName.slice(PREFIX.length)
  if (!eventName.startsWith(PREFIX) || PASSED_OVER.test(event)) return []
  const of = occasionOf(record, {
    source: 'codex',
    agent: AGENT,
    event: eventName,
    attributes: { model: textAt(attributes, 'model'), 'agent.id': textAt(attributes, 'agent_name') },
  })
  switch (event) {
    case 'user_prompt':
      return [userPrompt(of, userOf(attributes), textAt(attributes, 'prompt'))]
    case 'tool_decision':
      return [decision(of, attributes)]
    case 'tool_result':
      return result(of, attributes)
    case 'conversation_starts':
      return [systemEvent(of, event, settingsOf(attributes))]
    default:
      return [systemEvent(of, event, ownAttributes(attributes, isCommon), attributesOfCall(attributes))]
  }
}

/** What a conversation runs with; an empty text is a setting that is not set. */
function settingsOf(attributes: Attributes): JsonLike {
  const own = ownAttributes(attributes, (name) => isCommon(name) || isSetUp(name))
  return Object.fromEntries(Object.entries(own).filter(([, value]) => value !== ''))
}

const attributesOfCall = (attributes: Attributes) => ({
  'tool.name': textAt(attributes, 'tool_name'),
  'tool.call_id': textAt(attributes, 'call_id'),
})

/** Who allowed or denied a call; the call itself follows, with its arguments, if it was made. */
function decision(of: Occasion, attributes: Attributes): MappedEntry {
  const [tool, decision, source] = ['tool_name', 'decision', 'source'].map((name) => attributes.get(name))
  const decided = { ...attributesOfCall(attributes), 'tool.decision': textAt(attributes, 'decision') }
  return systemEvent(of, 'tool_decision', { tool, decision, source }, decided)
}

function result(of: Occasion, attributes: Attributes): readonly MappedEntry[] {
  const tool = toolOf(textAt(attributes, 'tool_name') ?? 'unknown', textAt(attributes, 'mcp_server'))
  const call = { tool, callId: textAt(attributes, 'call_id') }
  const output = attributes.get('output')
  const content: JsonLike = output ?? { success: attributes.get('success'), error: attributes.get('error') }
  return [
    toolCall(of, { ...call, args: argumentsOf(attributes.get('arguments')) }),
    toolResult(of, {
      ...call,
      content,
      attributes: { 'tool.success': scalarAt(attributes, 'success'), content: output === undefined ? 'absent' : null },
    }),
  ]
}

/** On every event, or kept beside the payload. */
const COMMON =
  /^(?:user|event|app|terminal)\.|^(?:conversation\.id|model|slug|originator|auth_mode|agent_name|session_source)$/
const isCommon = (name: string) => COMMON.test(name)
/** Which keys the environment has, and what an old configuration asked for. */
const isSetUp = (name: string) => /^(?:auth|config)\./.test(name)
