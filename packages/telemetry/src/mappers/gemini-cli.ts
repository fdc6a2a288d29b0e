import type { Attributes, AttributeValue, LogRecord } from '../otlp/telemetry.ts'
import {
  argumentsOf,
  completion,
  firstText,
  modelParty,
  modelPrompt,
  occasionOf,
  ownAttributes,
  scalarAt,
  systemEvent,
  systemPrompt,
  textAt,
  toolCall,
  toolResult,
  userPrompt,
  type Occasion,
} from './entries.ts'
import { answerOf, newParts } from './gemini-contents.ts'
import { valueOf } from './json.ts'
import type { MappedEntry } from './mapped-entry.ts'
import type { Mapper } from './mapper.ts'
import { toolOf, userOf } from './names.ts'

const AGENT = 'agent.gemini-cli'

/** Gemini CLI, recorded from 0.61.0. Its spans tell nothing that its events do not. */
export const geminiCli: Mapper = { log, span: () => [] }

/** What it says of itself; any other event is about times, tokens and the terminal. */
const TOLD = /^(?:approval_mode_switch|conseca\.verdict|extension_\w+|agent\.(?:start|finish)|slash_command)$/

function log(record: LogRecord): readonly MappedEntry[] {
  const { attributes } = record
  const eventName = nameOf(record)
  const event = eventName.replace(/^gemini_cli\.(?:plan\.)?/, '')
  const model = modelOf(attributes)
  const of = occasionOf(record, {
    source: 'gemini_cli',
    agent: AGENT,
    event: eventName,
    attributes: { 'prompt.id': textAt(attributes, 'prompt_id'), model },
  })
  switch (event) {
    case 'user_prompt':
      return [userPrompt(of, userOf(attributes), textAt(attributes, 'prompt'))]
    case 'tool_call':
      return [call(of, attributes)]
    case 'api_request':
      return isUtility(attributes) ? [] : request(of, attributes)
    case 'api_response':
      return isUtility(attributes) ? [] : response(of, attributes)
    case 'gen_ai.client.inference.operation.details':
      return instructionsOf(attributes.get('gen_ai.system_instructions')).map((text) =>
        systemPrompt(of, modelParty(model), text),
      )
    case 'config':
      return [systemEvent(of, event, settingsOf(attributes))]
    case 'hook_call':
      return hasFailed(attributes) ? [systemEvent(of, event, ownAttributes(attributes, isCommon))] : []
    default:
      return TOLD.test(event) ? [systemEvent(of, event, ownAttributes(attributes, isCommon))] : []
  }
}

/** Some versions put the name of an event beside it. */
function nameOf({ eventName, attributes }: LogRecord): string {
  const beside = textAt(attributes, 'event_name')
  return beside !== null && !attributes.has('event.name') ? beside : eventName
}

const modelOf = (attributes: Attributes) =>
  firstText(attributes, ['gen_ai.response.model', 'gen_ai.request.model', 'model'])

/** Calls by which it chooses a model, or sums up: not the conversation. */
const isUtility = (attributes: Attributes) => textAt(attributes, 'role')?.startsWith('utility') === true

const hasFailed = (attributes: Attributes) =>
  textAt(attributes, 'success') === 'false' || !['0', null].includes(textAt(attributes, 'exit_code'))

function call(of: Occasion, attributes: Attributes): MappedEntry {
  return toolCall(of, {
    tool: calledTool(textAt(attributes, 'function_name') ?? 'unknown', textAt(attributes, 'mcp_server_name')),
    // Its call has an id in the model's answer only, and another one in the history.
    callId: null,
    args: argumentsOf(attributes.get('function_args')),
    attributes: {
      'tool.decision': textAt(attributes, 'decision'),
      'tool.success': scalarAt(attributes, 'success'),
      error: firstText(attributes, ['error_type', 'error.type', 'error', 'error.message']),
    },
  })
}

/** Of an MCP server's tool the name is `mcp_<server>_<tool>`, with `_` for what a function's name may not hold. */
function calledTool(name: string, server: string | null) {
  if (server === null) return toolOf(name)
  const prefix = `mcp_${server.replaceAll(/[^\w.:-]/g, '_')}_`
  return toolOf(name.startsWith(prefix) ? name.slice(prefix.length) : name, server)
}

function request(of: Occasion, attributes: Attributes): readonly MappedEntry[] {
  const model = modelParty(modelOf(attributes))
  return newParts(contentsOf(attributes.get('request_text'))).map((part) =>
    part.type === 'text'
      ? modelPrompt(of, model, { type: 'text', text: part.text })
      : toolResult(of, { tool: toolOf(part.tool ?? 'unknown'), callId: part.callId, content: part.content }),
  )
}

function response(of: Occasion, attributes: Attributes): readonly MappedEntry[] {
  const sent = attributes.get('response_text')
  const text = answerOf(contentsOf(sent)) ?? (typeof sent === 'string' ? sent : '')
  return text === '' ? [] : [completion(of, modelParty(modelOf(attributes)), { type: 'text', text })]
}

/** JSON in a string, or what is no JSON as the text that it is. */
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

/** On every event, or kept beside the payload. */
const COMMON =
  /^(?:user|event|experiments)\.|^(?:session\.id|installation\.id|interactive|auth_type|event_name|prompt_id|worktree_active)$/
const isCommon = (name: string) => COMMON.test(name)
