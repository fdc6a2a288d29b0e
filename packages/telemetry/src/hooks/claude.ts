import { hookMapper, type Tells } from './read-hook.ts'

/** Codex and VS Code name their events alike. */
export const CLAUDE_EVENTS: ReadonlyMap<string, Tells> = new Map([
  ['PreToolUse', 'call'],
  ['PermissionRequest', 'call'],
  ['PermissionDenied', 'denied'],
  ['PostToolUse', 'result'],
  ['PostToolUseFailure', 'failure'],
  // The results of all calls of a turn, each of which was told.
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
