import type { Arguments } from '../mappers/entries.ts'
import { CLAUDE_EVENTS, claudeEventOf } from './claude.ts'
import { isFields, textOf, type Fields } from './fields.ts'
import { hookMapper } from './read-hook.ts'

/** Codex CLI, recorded from 0.171.0: the events of Claude Code; its shell arrives as `Bash`, whatever telemetry calls it. */
export const codexHook = hookMapper({
  source: 'codex',
  agent: 'agent.codex',
  eventOf: claudeEventOf,
  events: CLAUDE_EVENTS,
  argumentsOf: patchOf,
})

/** The tool takes a patch as a text, as telemetry tells it; only the hook calls it a command. */
function patchOf(fields: Fields): Arguments | null {
  const input = fields['tool_input']
  if (fields['tool_name'] !== 'apply_patch' || !isFields(input)) return null
  const patch = textOf(input, 'command')
  return patch === null ? null : { json: patch, value: patch }
}
