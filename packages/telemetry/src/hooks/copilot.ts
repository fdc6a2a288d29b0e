import { CLAUDE_EVENTS } from './claude.ts'
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
  client: 'copilot',
  source: 'copilot',
  agent: 'agent.github-copilot',
  events: new Map([...CLAUDE_EVENTS, ...EVENTS]),
})
