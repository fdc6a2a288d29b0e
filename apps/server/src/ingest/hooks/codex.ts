import { CLAUDE_EVENTS, claudeEventOf } from './claude.ts'
import { hookMapper } from './read-hook.ts'

/** Codex CLI, recorded from 0.169.0: the events of Claude Code; its shell arrives as `Bash`, whatever telemetry calls it. */
export const codexHook = hookMapper({
  source: 'codex',
  agent: 'agent.codex',
  eventOf: claudeEventOf,
  events: CLAUDE_EVENTS,
})
