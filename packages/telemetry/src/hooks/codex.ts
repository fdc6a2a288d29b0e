import type { Arguments } from '../mappers/entries.ts'
import type { JsonLike } from '../mappers/json.ts'
import { CLAUDE_EVENTS } from './claude.ts'
import { fieldOf, isFields, textOf, textOfBlocks, type Fields } from './fields.ts'
import { hookMapper } from './read-hook.ts'

/** Codex CLI, recorded from 0.171.0: the events of Claude Code. Its shell is `Bash` here, unlike in telemetry. */
export const codexHook = hookMapper({
  client: 'codex',
  source: 'codex',
  agent: 'agent.codex',
  events: CLAUDE_EVENTS,
  argumentsOf: patchOf,
  outputOf,
})

/** `apply_patch` takes a patch as text, as in telemetry; only the hook calls it a command. */
function patchOf(fields: Fields): Arguments | null {
  const input = fields['tool_input']
  if (fields['tool_name'] !== 'apply_patch' || !isFields(input)) return null
  const patch = textOf(input, 'command')
  return patch === null ? null : { json: patch, value: patch }
}

/** The result of an MCP server arrives unchanged; the model reads its content blocks. */
function outputOf(fields: Fields): JsonLike | undefined {
  const response = fieldOf(fields, ['tool_response'])
  const isPlain = isFields(response) && Object.keys(response).join() === 'content'
  return isPlain ? textOfBlocks(response['content']) : (response as JsonLike | undefined)
}
