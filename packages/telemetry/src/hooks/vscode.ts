import { CLAUDE_EVENTS } from './claude.ts'
import { hookMapper } from './read-hook.ts'

/** Copilot Chat in VS Code, from its documentation: the events of Claude Code, with the tool names of its telemetry. */
export const vscodeHook = hookMapper({
  client: 'vscode',
  source: 'copilot',
  agent: 'agent.copilot-chat',
  events: CLAUDE_EVENTS,
})
