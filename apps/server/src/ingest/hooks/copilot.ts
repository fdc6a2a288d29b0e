import { CLAUDE_EVENTS, claudeEventOf } from './claude.ts'
import { textOf, type Fields } from './fields.ts'
import { hookMapper, type Tells } from './read-hook.ts'

const EVENTS: readonly (readonly [string, Tells])[] = [
  ['preToolUse', 'call'],
  ['permissionRequest', 'call'],
  ['postToolUse', 'result'],
  ['postToolUseFailure', 'failure'],
  ['userPromptSubmitted', 'prompt'],
]

/** GitHub Copilot CLI, recorded from 1.0.102; events with a capital letter are those of Claude Code. */
export const copilotHook = hookMapper({
  source: 'copilot',
  agent: 'agent.github-copilot',
  eventOf: (fields) => textOf(fields, 'hookName') ?? claudeEventOf(fields) ?? eventByFields(fields),
  events: new Map([...CLAUDE_EVENTS, ...EVENTS]),
})

/** Which event has a field that no event after it in this list has; most inputs do not name theirs. */
const FIELDS: readonly (readonly [field: string, event: string])[] = [
  ['toolResult', 'postToolUse'],
  ['permissionSuggestions', 'permissionRequest'],
  ['toolName', 'preToolUse'],
  ['prompt', 'userPromptSubmitted'],
  ['stopReason', 'agentStop'],
  ['error', 'errorOccurred'],
  ['reason', 'sessionEnd'],
  ['trigger', 'preCompact'],
  ['source', 'sessionStart'],
  ['message', 'notification'],
  ['agentName', 'subagentStart'],
]

function eventByFields(fields: Fields): string | null {
  if (Object.hasOwn(fields, 'toolName') && Object.hasOwn(fields, 'error')) return 'postToolUseFailure'
  const event = FIELDS.find(([field]) => Object.hasOwn(fields, field))?.[1] ?? null
  return event === 'agentStop' && Object.hasOwn(fields, 'agentName') ? 'subagentStop' : event
}
