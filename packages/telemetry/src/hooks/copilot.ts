import { CLAUDE_EVENTS } from './claude.ts'
import { hookMapper, type EventKind } from './read-hook.ts'

const EVENTS: readonly (readonly [string, EventKind])[] = [
  ['preToolUse', 'call'],
  ['permissionRequest', 'call'],
  ['postToolUse', 'result'],
  ['postToolUseFailure', 'failure'],
  ['userPromptSubmitted', 'prompt'],
]

/** GitHub Copilot CLI, recorded from 1.0.102; capitalized events are those of Claude Code. */
export const copilotHook = hookMapper({
  client: 'copilot',
  source: 'copilot',
  agent: 'agent.github-copilot',
  events: new Map([...CLAUDE_EVENTS, ...EVENTS]),
})
