import { CLAUDE_EVENTS, claudeEventOf } from './claude.ts'
import { hookMapper } from './read-hook.ts'

/** Copilot Chat in VS Code, from its documentation: the events of Claude Code, the names of its telemetry. */
export const vscodeHook = hookMapper({
  source: 'copilot',
  agent: 'agent.copilot-chat',
  eventOf: claudeEventOf,
  events: CLAUDE_EVENTS,
})
