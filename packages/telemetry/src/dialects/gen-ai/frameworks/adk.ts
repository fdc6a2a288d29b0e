import type { Attributes, Span } from '../../../otlp/telemetry.ts'
import { textAt } from '../../../mappers/entries.ts'
import type { JsonLike } from '../../../mappers/json.ts'
import type { Conversation } from '../../../mappers/messages/message.ts'
import { definitionsOf, messagesOf, systemOf } from '../../../mappers/messages/messages.ts'
import { onlyMember } from '../../../mappers/messages/parts.ts'
import { firstMember, isArray, isObject, member, structured } from '../../../mappers/messages/value.ts'
import type { Framework } from './framework.ts'

/** Google's Agent Development Kit: Gemini requests and responses as JSON. */
export const adk: Framework = {
  claims: ({ scope }) => scope.name === 'gcp.vertex.agent',
  // Repeats parallel calls as one.
  work: ({ attributes }) => (textAt(attributes, 'gen_ai.tool.name') === '(merged tools)' ? 'nothing' : null),
  conversation,
  toolRun,
}

/** `{}` means that content is empty or not captured. */
function objectAt(attributes: Attributes, name: string) {
  const value = structured(attributes.get(`gcp.vertex.agent.${name}`))
  return isObject(value) && Object.keys(value).length === 0 ? undefined : value
}

function conversation({ attributes }: Span): Conversation | null {
  const request = objectAt(attributes, 'llm_request')
  const response = objectAt(attributes, 'llm_response')
  if (request === undefined && response === undefined) return null
  const config = member(request, 'config')
  return {
    system: systemOf(firstMember(config, ['system_instruction', 'systemInstruction'])),
    definitions: definitionsOf(declarations(member(config, 'tools'))),
    input: messagesOf(isObject(request) ? member(request, 'contents') : request, 'user'),
    output: messagesOf(isObject(response) ? member(response, 'content') : response, 'assistant'),
  }
}

function declarations(tools: JsonLike | undefined): readonly JsonLike[] {
  if (!isArray(tools)) return []
  return tools.flatMap((tool) => {
    const declared = firstMember(tool, ['function_declarations', 'functionDeclarations'])
    return isArray(declared) ? declared : []
  })
}

const NOT_SPECIFIED = '<not specified>'

function toolRun({ attributes }: Span) {
  const callId = textAt(attributes, 'gen_ai.tool.call.id')
  const response = objectAt(attributes, 'tool_response')
  const result = response === undefined ? undefined : onlyMember(response)
  return {
    callId: callId === NOT_SPECIFIED ? null : callId,
    args: objectAt(attributes, 'tool_call_args') ?? structured(attributes.get('gen_ai.tool.call.arguments')),
    result: result === NOT_SPECIFIED ? undefined : (result ?? structured(attributes.get('gen_ai.tool.call.result'))),
  }
}
