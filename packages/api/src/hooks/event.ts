import type { HookClient } from './clients.ts'

type Fields = Readonly<Record<string, unknown>>

const LIKE_CLAUDE = ['hook_event_name', 'hookEventName']

/** Where a client names its event: the first of these that is there. */
const NAMED_IN: Readonly<Record<HookClient, readonly string[]>> = {
  claude: LIKE_CLAUDE,
  codex: LIKE_CLAUDE,
  vscode: LIKE_CLAUDE,
  gemini: ['hook_event_name'],
  cursor: ['hook_event_name'],
  copilot: ['hookName', ...LIKE_CLAUDE],
  windsurf: ['agent_action_name'],
}

/** The event of a hook's input, as the client names it; null where the input is not what a hook of this client gives. */
export function hookEvent(client: HookClient, fields: Fields): string | null {
  for (const name of NAMED_IN[client]) {
    const event = fields[name]
    if (typeof event === 'string' && event !== '') return event
  }
  return client === 'copilot' ? copilotEvent(fields) : null
}

/** Which event has a field that no event after it in this list has: Copilot names few of its events. */
const COPILOT_FIELDS: readonly (readonly [field: string, event: string])[] = [
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

function copilotEvent(fields: Fields): string | null {
  if (Object.hasOwn(fields, 'toolName') && Object.hasOwn(fields, 'error')) return 'postToolUseFailure'
  const event = COPILOT_FIELDS.find(([field]) => Object.hasOwn(fields, field))?.[1] ?? null
  return event === 'agentStop' && Object.hasOwn(fields, 'agentName') ? 'subagentStop' : event
}
