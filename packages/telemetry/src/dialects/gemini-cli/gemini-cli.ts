import type { Attributes, AttributeValue, LogRecord } from '../../otlp/telemetry.ts'
import {
  argumentsOf,
  completion,
  firstText,
  modelParty,
  modelPrompt,
  entryBase,
  ownAttributes,
  scalarAt,
  systemEvent,
  systemPrompt,
  textAt,
  toolCall,
  toolResult,
  userPrompt,
  type EntryBase,
} from '../../mappers/entries.ts'
import { answerOf, newParts } from './gemini-contents.ts'
import { valueOf } from '../../mappers/json.ts'
import type { MappedEntry } from '../../mappers/mapped-entry.ts'
import { logEventOf, serviceOf } from '../claims.ts'
import type { Dialect } from '../dialect.ts'
import { toolOf, userOf } from '../../mappers/names.ts'

const AGENT = 'agent.gemini-cli'

/** Gemini CLI, recorded from 0.61.0. Its spans repeat its events and make no entries. */
export const geminiCli: Dialect = {
  name: 'gemini_cli',
  claims: (record) => logEventOf(record).startsWith('gemini_cli.') || serviceOf(record) === 'gemini-cli',
  log,
  span: () => [],
}

/** Become system entries. Events that are not handled here are about timings, tokens, and the terminal. */
const SYSTEM_EVENTS = /^(?:approval_mode_switch|conseca\.verdict|extension_\w+|agent\.(?:start|finish)|slash_command)$/

function log(record: LogRecord): readonly MappedEntry[] {
  const { attributes } = record
  const eventName = nameOf(record)
  const event = eventName.replace(/^gemini_cli\.(?:plan\.)?/, '')
  const model = modelOf(attributes)
  const base = entryBase(record, {
    source: 'gemini_cli',
    agent: AGENT,
    event: eventName,
    attributes: { 'prompt.id': textAt(attributes, 'prompt_id'), model },
  })
  switch (event) {
    case 'user_prompt':
      return [userPrompt(base, userOf(attributes), textAt(attributes, 'prompt'))]
    case 'tool_call':
      return [call(base, attributes)]
    case 'api_request':
      return isUtility(attributes) ? [] : request(base, attributes)
    case 'api_response':
      return isUtility(attributes) ? [] : response(base, attributes)
    case 'gen_ai.client.inference.operation.details':
      return instructionsOf(attributes.get('gen_ai.system_instructions')).map((text) =>
        systemPrompt(base, modelParty(model), text),
      )
    case 'config':
      return [systemEvent(base, event, settingsOf(attributes))]
    case 'hook_call':
      return hasFailed(attributes) ? [systemEvent(base, event, ownAttributes(attributes, isCommon))] : []
    default:
      return SYSTEM_EVENTS.test(event) ? [systemEvent(base, event, ownAttributes(attributes, isCommon))] : []
  }
}

/** Some versions put the event's name into the attribute `event_name`. */
function nameOf({ eventName, attributes }: LogRecord): string {
  const beside = textAt(attributes, 'event_name')
  return beside !== null && !attributes.has('event.name') ? beside : eventName
}

const modelOf = (attributes: Attributes) =>
  firstText(attributes, ['gen_ai.response.model', 'gen_ai.request.model', 'model'])

/** Model calls that route or summarize, which are not part of the conversation. */
const isUtility = (attributes: Attributes) => textAt(attributes, 'role')?.startsWith('utility') === true

const hasFailed = (attributes: Attributes) =>
  textAt(attributes, 'success') === 'false' || !['0', null].includes(textAt(attributes, 'exit_code'))

function call(base: EntryBase, attributes: Attributes): MappedEntry {
  return toolCall(base, {
    tool: calledTool(textAt(attributes, 'function_name') ?? 'unknown', textAt(attributes, 'mcp_server_name')),
    // Only the model's answer has the call's id, and the history has another one.
    callId: null,
    args: argumentsOf(attributes.get('function_args')),
    attributes: {
      'tool.decision': textAt(attributes, 'decision'),
      'tool.success': scalarAt(attributes, 'success'),
      error: firstText(attributes, ['error_type', 'error.type', 'error', 'error.message']),
    },
  })
}

/** A tool of an MCP server is named `mcp_<server>_<tool>`, with `_` for characters that a function name cannot have. */
function calledTool(name: string, server: string | null) {
  if (server === null) return toolOf(name)
  const prefix = `mcp_${server.replaceAll(/[^\w.:-]/g, '_')}_`
  return toolOf(name.startsWith(prefix) ? name.slice(prefix.length) : name, server)
}

function request(base: EntryBase, attributes: Attributes): readonly MappedEntry[] {
  const model = modelParty(modelOf(attributes))
  return newParts(contentsOf(attributes.get('request_text'))).map((part) =>
    part.type === 'text'
      ? modelPrompt(base, model, { type: 'text', text: part.text })
      : toolResult(base, { tool: toolOf(part.tool ?? 'unknown'), callId: part.callId, content: part.content }),
  )
}

function response(base: EntryBase, attributes: Attributes): readonly MappedEntry[] {
  const sent = attributes.get('response_text')
  const text = answerOf(contentsOf(sent)) ?? (typeof sent === 'string' ? sent : '')
  return text === '' ? [] : [completion(base, modelParty(modelOf(attributes)), { type: 'text', text })]
}

/** Parses JSON in a string; any other string is one content. */
const contentsOf = (sent: AttributeValue | undefined): unknown =>
  typeof sent === 'string' ? (valueOf(sent) ?? [sent].filter(Boolean)) : (sent ?? [])

function instructionsOf(sent: AttributeValue | undefined): readonly string[] {
  const parts = contentsOf(sent)
  const texts = (Array.isArray(parts) ? parts : [parts]).flatMap((part: unknown) => {
    if (typeof part === 'string') return [part]
    const content = typeof part === 'object' && part !== null ? (part as Record<string, unknown>)['content'] : undefined
    return typeof content === 'string' ? [content] : []
  })
  return texts.length === 0 ? [] : [texts.join('\n')]
}

const SETTINGS = ['model', 'sandbox_enabled', 'approval_mode', 'mcp_servers', 'extensions']
const settingsOf = (attributes: Attributes) => Object.fromEntries(SETTINGS.map((name) => [name, attributes.get(name)]))

/** Attributes that are on every event, or that are stored outside the payload. */
const COMMON =
  /^(?:user|event|experiments)\.|^(?:session\.id|installation\.id|interactive|auth_type|event_name|prompt_id|worktree_active)$/
const isCommon = (name: string) => COMMON.test(name)
