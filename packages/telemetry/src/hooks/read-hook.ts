import { hookEvent, type HookClient } from '@sentinelmesh/api/hooks'
import type { MappedEntry } from '../mappers/mapped-entry.ts'
import {
  entry,
  textContent,
  systemEvent,
  toolCall,
  toolResult,
  userPrompt,
  type Arguments,
  type EntryAttributes,
  type EntryBase,
} from '../mappers/entries.ts'
import type { JsonLike } from '../mappers/json.ts'
import { toolOf, type Tool } from '../mappers/names.ts'
import { argumentsIn, fieldOf, isFields, nanosOf, textOf, textOfBlocks, type Fields } from './fields.ts'
import type { HookMapper } from './hook-mapper.ts'

/** The kind of report of an event; `denied` is a call that did not run. */
export type EventKind = 'call' | 'denied' | 'result' | 'failure' | 'prompt' | 'answer' | 'system' | 'nothing'

/** How to read the hooks of one client. This file knows the fields that several clients share. */
export interface ClientShape {
  readonly client: HookClient
  readonly source: MappedEntry['source']
  readonly agent: string
  /** Events that are missing here become `system` entries. */
  readonly events: ReadonlyMap<string, EventKind>
  /** These override how the shared fields are read. */
  readonly toolOf?: (fields: Fields, event: string) => Tool
  readonly argumentsOf?: (fields: Fields, event: string) => Arguments | null
  readonly commandOf?: (fields: Fields, event: string) => string | null
  readonly outputOf?: (fields: Fields) => JsonLike | undefined
  /** The outcome of a call, if its result has one. */
  readonly outcomeOf?: (fields: Fields) => EntryAttributes
}

const TOOL = ['tool_name', 'toolName'] as const

/** The agent that started a subagent. */
const PARENT = ['parent_agent_id', 'parentAgentId'] as const
const AGENT = ['agent_id', 'agentId'] as const

export function hookMapper(client: ClientShape): HookMapper {
  return (input) => {
    const fields = isFields(input) ? input : {}
    const event = hookEvent(client.client, fields)
    return { event, entry: event === null ? null : entryOf(client, fields, event) }
  }
}

function entryOf(client: ClientShape, fields: Fields, event: string): MappedEntry | null {
  const base = entryBase(client, fields, event)
  switch (client.events.get(event) ?? 'system') {
    case 'call':
      return callOf(client, base, fields, { event })
    case 'denied':
      return callOf(client, base, fields, { event, attributes: { 'tool.decision': 'reject' } })
    case 'result':
      return resultOf(client, base, fields, {
        event,
        content: (client.outputOf ?? outputOf)(fields),
        attributes: client.outcomeOf?.(fields) ?? {},
      })
    case 'failure': {
      const content = errorOf(fields)
      return resultOf(client, base, fields, { event, content, attributes: { 'tool.success': false } })
    }
    case 'prompt':
      return userPrompt(base, promptSender(base, fields), textOf(fields, 'prompt', 'user_prompt') ?? '')
    case 'answer':
      return answerOf(base, fields, event)
    case 'system':
      return systemEvent(base, contextOf(event), ownFields(fields))
    case 'nothing':
      return null
  }
}

function entryBase({ source, agent }: ClientShape, fields: Fields, event: string): EntryBase {
  const roots = fields['workspace_roots']
  return {
    source,
    agent,
    session: sessionOf(fields),
    traceId: null,
    spanId: null,
    timeNanos: nanosOf(fields['timestamp']),
    attributes: {
      event: `hook.${event}`,
      'prompt.id': textOf(fields, 'prompt_id', 'turn_id', 'generation_id', 'execution_id'),
      cwd: textOf(fields, 'cwd') ?? (Array.isArray(roots) && typeof roots[0] === 'string' ? roots[0] : null),
      permission_mode: textOf(fields, 'permission_mode'),
      model: textOf(fields, 'model', 'model_name'),
      'agent.id': textOf(fields, ...AGENT),
      'agent.name': textOf(fields, 'agent_type', 'agentType', 'agentName'),
    },
  }
}

/** A Copilot subagent reports its own id as its session, so use its parent's id. */
function sessionOf(fields: Fields): string | null {
  const session = textOf(fields, 'session_id', 'sessionId', 'conversation_id', 'trajectory_id')
  return session !== null && session === textOf(fields, ...AGENT) ? (textOf(fields, ...PARENT) ?? session) : session
}

interface EventDetails {
  readonly event: string
  readonly attributes?: EntryAttributes
}

function callOf(
  client: ClientShape,
  base: EntryBase,
  fields: Fields,
  { event, attributes = {} }: EventDetails,
): MappedEntry {
  const args =
    client.argumentsOf?.(fields, event) ?? argumentsIn(fieldOf(fields, ['tool_input', 'toolInput', 'toolArgs']))
  const command = client.commandOf?.(fields, event) ?? null
  return toolCall(base, { ...calledOf(client, fields, event), args, command, attributes })
}

function resultOf(
  client: ClientShape,
  base: EntryBase,
  fields: Fields,
  { event, content, attributes = {} }: EventDetails & { content: JsonLike | undefined },
): MappedEntry {
  const absent = content === undefined ? 'absent' : null
  const call = calledOf(client, fields, event)
  return toolResult(base, { ...call, content: content ?? {}, attributes: { content: absent, ...attributes } })
}

const calledOf = (client: ClientShape, fields: Fields, event: string) => ({
  tool: client.toolOf?.(fields, event) ?? toolOf(textOf(fields, ...TOOL) ?? 'unknown'),
  callId: textOf(fields, 'tool_use_id', 'toolUseId', 'tool_call_id'),
})

/** The output that the model reads. */
function outputOf(fields: Fields): JsonLike | undefined {
  const output = fieldOf(fields, ['tool_response', 'tool_result', 'toolResult', 'tool_output', 'output'])
  if (!isFields(output)) return output === undefined ? undefined : textOfBlocks(output)
  const text = textOf(output, 'textResultForLlm', 'text_result_for_llm')
  if (text !== null) return text
  const { stdout, stderr } = output
  if (typeof stdout === 'string')
    return [stdout, stderr].filter((one) => typeof one === 'string' && one !== '').join('\n')
  return output as JsonLike
}

const errorOf = (fields: Fields) => fieldOf(fields, ['error', 'error_message', 'tool_response']) as JsonLike | undefined

function answerOf(base: EntryBase, fields: Fields, event: string): MappedEntry {
  const text = textOf(fields, 'last_assistant_message', 'prompt_response', 'text', 'response')
  if (text === null) return systemEvent(base, contextOf(event), ownFields(fields))
  // A subagent answers the agent that started it.
  const receiver = /^subagent/i.test(event) ? base.agent : 'user'
  return entry(base, {
    kind: 'message',
    sender: base.agent,
    receiver,
    context: 'assistant_message',
    ...textContent(text),
  })
}

/** Codex and Copilot CLI report an agent's instructions to its subagent as a prompt. */
function promptSender({ agent }: EntryBase, fields: Fields): string {
  if (textOf(fields, ...PARENT, 'agent_id') !== null) return agent
  const email = textOf(fields, 'user_email')
  return email === null ? 'user' : `user.${email}`
}

const contextOf = (event: string) => `${event.charAt(0).toLowerCase()}${event.slice(1)}`

/** Fields that are on every event of some client, are stored outside the payload, or are reported by another event. */
const COMMON = new Set([
  ...AGENT,
  ...PARENT,
  'agentName',
  'agentType',
  'agent_action_name',
  'agent_transcript_path',
  'agent_type',
  'conversation_id',
  'cursor_version',
  'cwd',
  'effort',
  'execution_id',
  'generation_id',
  'hookEventName',
  'hookName',
  'hook_event_name',
  'initialPrompt',
  'initial_prompt',
  'last_assistant_message',
  'model',
  'model_name',
  'permission_mode',
  'prompt_id',
  'sessionId',
  'session_id',
  'stop_hook_active',
  'timestamp',
  'traceparent',
  'trajectory_id',
  'transcriptPath',
  'transcript_path',
  'turn_id',
  'user_email',
  'workspace_roots',
])

const ownFields = (fields: Fields): JsonLike =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !COMMON.has(name))) as JsonLike
