import type { Attributes, LogRecord } from '../../otlp/telemetry.ts'
import {
  argumentsOf,
  entryBase,
  ownAttributes,
  scalarAt,
  systemEvent,
  textAt,
  toolCall,
  toolResult,
  userPrompt,
  type EntryBase,
} from '../../mappers/entries.ts'
import type { JsonLike } from '../../mappers/json.ts'
import type { MappedEntry } from '../../mappers/mapped-entry.ts'
import { logEventOf, serviceOf } from '../claims.ts'
import type { Dialect } from '../dialect.ts'
import { toolOf, userOf } from '../../mappers/names.ts'

const AGENT = 'agent.codex'
const PREFIX = 'codex.'

/**
 * Codex CLI, recorded from 0.169.0: events of scope `codex_otel.log_only`, none of which has the model's answer. Its
 * spans are internal, hundreds per turn, and make no entries.
 */
export const codex: Dialect = {
  name: 'codex',
  claims: (record) => logEventOf(record).startsWith(PREFIX) || serviceOf(record).startsWith('codex'),
  log,
  span: () => [],
}

/** Requests, stream chunks, and timings. */
const IGNORED_EVENTS = /^(?:api_request|sse_event|startup_phase|turn_ttft|websocket_.*)$/

function log(record: LogRecord): readonly MappedEntry[] {
  const { attributes, eventName } = record
  const event = eventName.slice(PREFIX.length)
  if (!eventName.startsWith(PREFIX) || IGNORED_EVENTS.test(event)) return []
  const base = entryBase(record, {
    source: 'codex',
    agent: AGENT,
    event: eventName,
    attributes: { model: textAt(attributes, 'model'), 'agent.id': textAt(attributes, 'agent_name') },
  })
  switch (event) {
    case 'user_prompt':
      return [userPrompt(base, userOf(attributes), textAt(attributes, 'prompt'))]
    case 'tool_decision':
      return [decision(base, attributes)]
    case 'tool_result':
      return result(base, attributes)
    case 'conversation_starts':
      return [systemEvent(base, event, settingsOf(attributes))]
    default:
      return [systemEvent(base, event, ownAttributes(attributes, isCommon), attributesOfCall(attributes))]
  }
}

/** The settings of a conversation; an empty text means that a setting is not set. */
function settingsOf(attributes: Attributes): JsonLike {
  const own = ownAttributes(attributes, (name) => isCommon(name) || isSetUp(name))
  return Object.fromEntries(Object.entries(own).filter(([, value]) => value !== ''))
}

const attributesOfCall = (attributes: Attributes) => ({
  'tool.name': textAt(attributes, 'tool_name'),
  'tool.call_id': textAt(attributes, 'call_id'),
})

/** Who allowed or denied a call. If it runs, a later event reports the call with its arguments. */
function decision(base: EntryBase, attributes: Attributes): MappedEntry {
  const [tool, decision, source] = ['tool_name', 'decision', 'source'].map((name) => attributes.get(name))
  const decided = { ...attributesOfCall(attributes), 'tool.decision': textAt(attributes, 'decision') }
  return systemEvent(base, 'tool_decision', { tool, decision, source }, decided)
}

function result(base: EntryBase, attributes: Attributes): readonly MappedEntry[] {
  const tool = toolOf(textAt(attributes, 'tool_name') ?? 'unknown', textAt(attributes, 'mcp_server'))
  const call = { tool, callId: textAt(attributes, 'call_id') }
  const output = attributes.get('output')
  const content: JsonLike = output ?? { success: attributes.get('success'), error: attributes.get('error') }
  return [
    toolCall(base, { ...call, args: argumentsOf(attributes.get('arguments')) }),
    toolResult(base, {
      ...call,
      content,
      attributes: { 'tool.success': scalarAt(attributes, 'success'), content: output === undefined ? 'absent' : null },
    }),
  ]
}

/** Attributes that are on every event, or that are stored outside the payload. */
const COMMON =
  /^(?:user|event|app|terminal)\.|^(?:conversation\.id|model|slug|originator|auth_mode|agent_name|session_source)$/
const isCommon = (name: string) => COMMON.test(name)
/** Which keys the environment has, and what an old configuration requested. */
const isSetUp = (name: string) => /^(?:auth|config)\./.test(name)
