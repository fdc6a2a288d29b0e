import type { EntryAttributes } from '../mappers/entries.ts'
import type { JsonLike } from '../mappers/json.ts'
import { textOfPart } from '../dialects/gemini-cli/gemini-contents.ts'
import { toolOf } from '../mappers/names.ts'
import { isFields, textOf, type Fields } from './fields.ts'
import { hookMapper } from './read-hook.ts'

/** Gemini CLI, recorded from 0.61.0. */
export const geminiHook = hookMapper({
  client: 'gemini',
  source: 'gemini_cli',
  agent: 'agent.gemini-cli',
  events: new Map([
    ['BeforeTool', 'call'],
    ['AfterTool', 'result'],
    ['BeforeAgent', 'prompt'],
    ['AfterAgent', 'answer'],
    // These carry the whole conversation, or a chunk of an answer.
    ['BeforeModel', 'nothing'],
    ['AfterModel', 'nothing'],
    ['BeforeToolSelection', 'nothing'],
  ]),
  toolOf: calledTool,
  outputOf,
  outcomeOf,
})

/** The name of an MCP tool includes its server's in a way that cannot be split; `mcp_context` has both names. */
function calledTool(fields: Fields) {
  const name = textOf(fields, 'tool_name') ?? 'unknown'
  const context = fields['mcp_context']
  if (!isFields(context)) return toolOf(name)
  return toolOf(textOf(context, 'tool_name') ?? name, textOf(context, 'server_name'))
}

/** The model reads `llmContent`, a text or parts; a person sees `returnDisplay`. */
function outputOf(fields: Fields): JsonLike | undefined {
  const response = fields['tool_response']
  if (!isFields(response)) return response as JsonLike | undefined
  const { llmContent, error } = response
  if (llmContent === undefined || llmContent === null) return (error === undefined ? response : { error }) as JsonLike
  const texts = (Array.isArray(llmContent) ? llmContent : [llmContent]).map(textOfPart)
  return texts.every((text) => text !== null) ? texts.join('\n') : (llmContent as JsonLike)
}

function outcomeOf(fields: Fields): EntryAttributes {
  const response = fields['tool_response']
  const error = isFields(response) ? response['error'] : undefined
  return isFields(error) ? { 'tool.success': false, error: textOf(error, 'type', 'message') } : {}
}
