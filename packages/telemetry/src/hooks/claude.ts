import { hookMapper, type EventKind } from './read-hook.ts'

/** Codex and VS Code use the same event names. */
export const CLAUDE_EVENTS: ReadonlyMap<string, EventKind> = new Map([
  ['PreToolUse', 'call'],
  ['PermissionRequest', 'call'],
  ['PermissionDenied', 'denied'],
  ['PostToolUse', 'result'],
  ['PostToolUseFailure', 'failure'],
  // Repeats the results of all calls of a turn.
  ['PostToolBatch', 'nothing'],
  ['UserPromptSubmit', 'prompt'],
  ['Stop', 'answer'],
  ['SubagentStop', 'answer'],
])

/** Claude Code, recorded from 2.1.331. */
export const claudeHook = hookMapper({
  client: 'claude',
  source: 'claude_code',
  agent: 'agent.claude-code',
  events: CLAUDE_EVENTS,
})
