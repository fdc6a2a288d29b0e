import type { HookClient } from './clients.ts'
import { hookEvent } from './event.ts'

/**
 * Where a hook stands, as far as it decides what an answer can do: a call that has not run, a question to the person about
 * such a call, a result on its way to the model, a prompt on its way to the model, a change of the client's settings that is
 * to take effect; `other` can be told, not stopped.
 */
export type HookStage = 'before_tool' | 'permission' | 'after_tool' | 'prompt' | 'settings' | 'other'

/** What of a hook's input decides how it is answered. */
export interface HookCall {
  readonly client: HookClient
  /** As the client calls it; '' where the input says nothing. */
  readonly event: string
  readonly stage: HookStage
  /** Whether a question about a call is sure to reach a person, where this client asks one at all. */
  readonly canAsk: boolean
  /** The tool's result in the client's own shape, which what takes its place has to keep. */
  readonly response: unknown
}

type Stages = Readonly<Record<string, HookStage>>

const CLAUDE: Stages = {
  PreToolUse: 'before_tool',
  PermissionRequest: 'permission',
  PostToolUse: 'after_tool',
  UserPromptSubmit: 'prompt',
  ConfigChange: 'settings',
}

const STAGES: Readonly<Record<HookClient, Stages>> = {
  claude: CLAUDE,
  codex: CLAUDE,
  vscode: CLAUDE,
  gemini: { BeforeTool: 'before_tool', AfterTool: 'after_tool', BeforeAgent: 'prompt' },
  copilot: {
    preToolUse: 'before_tool',
    permissionRequest: 'permission',
    postToolUse: 'after_tool',
    userPromptSubmitted: 'prompt',
    // A configuration with these names makes it send what Claude Code sends.
    ...CLAUDE,
  },
  cursor: {
    preToolUse: 'before_tool',
    beforeShellExecution: 'before_tool',
    beforeMCPExecution: 'before_tool',
    beforeReadFile: 'before_tool',
    beforeTabFileRead: 'before_tool',
    postToolUse: 'after_tool',
    afterShellExecution: 'after_tool',
    afterMCPExecution: 'after_tool',
    afterFileEdit: 'after_tool',
    beforeSubmitPrompt: 'prompt',
  },
  windsurf: {
    pre_run_command: 'before_tool',
    pre_read_code: 'before_tool',
    pre_write_code: 'before_tool',
    pre_mcp_tool_use: 'before_tool',
    post_run_command: 'after_tool',
    post_read_code: 'after_tool',
    post_write_code: 'after_tool',
    post_mcp_tool_use: 'after_tool',
    pre_user_prompt: 'prompt',
  },
}

/** Reads a hook's input, whatever it holds. */
export function hookCallOf(client: HookClient, input: unknown): HookCall {
  const fields = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {}
  const event = hookEvent(client, fields) ?? ''
  const stages = STAGES[client]
  return {
    client,
    event,
    stage: Object.hasOwn(stages, event) ? (stages[event] ?? 'other') : 'other',
    canAsk: !passesQuestions(client, fields),
    response: fields['tool_response'] ?? fields['toolResult'],
  }
}

/**
 * Told to ask nobody, Claude Code (2.1.332) lets a call that touches its own or the shell's settings go, whatever a hook
 * asks; any command can touch them beside what it is about.
 */
function passesQuestions(client: HookClient, fields: Record<string, unknown>): boolean {
  return client === 'claude' && fields['permission_mode'] === 'bypassPermissions'
}
