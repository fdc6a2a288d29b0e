import { randomUUID } from 'node:crypto'
import type { HookClient } from '@sentinelmesh/api/hooks'

const COMMAND = 'echo sentinelmesh hook test'

/** Returns the input that each client sends before it runs a harmless command. Each call has a new id. */
export function sampleInput(client: HookClient): string {
  return JSON.stringify(SAMPLES[client](`hook-test-${randomUUID()}`))
}

const SESSION = 'sentinelmesh-hook-test'
const likeClaude = (call: string) => ({
  session_id: SESSION,
  cwd: '/',
  hook_event_name: 'PreToolUse',
  tool_name: 'Bash',
  tool_input: { command: COMMAND },
  tool_use_id: call,
})

const SAMPLES: Readonly<Record<HookClient, (call: string) => object>> = {
  claude: likeClaude,
  codex: (call) => ({ ...likeClaude(call), turn_id: call }),
  gemini: () => ({
    session_id: SESSION,
    cwd: '/',
    hook_event_name: 'BeforeTool',
    timestamp: new Date().toISOString(),
    tool_name: 'run_shell_command',
    tool_input: { command: COMMAND },
  }),
  copilot: () => ({
    sessionId: SESSION,
    timestamp: Date.now(),
    cwd: '/',
    toolName: 'bash',
    toolArgs: { command: COMMAND },
  }),
  vscode: (call) => ({
    sessionId: SESSION,
    timestamp: new Date().toISOString(),
    cwd: '/',
    hookEventName: 'PreToolUse',
    tool_name: 'run_in_terminal',
    tool_input: { command: COMMAND },
    tool_use_id: call,
  }),
  cursor: (call) => ({
    conversation_id: SESSION,
    generation_id: call,
    hook_event_name: 'beforeShellExecution',
    command: COMMAND,
    cwd: '/',
  }),
  windsurf: (call) => ({
    agent_action_name: 'pre_run_command',
    trajectory_id: SESSION,
    execution_id: call,
    timestamp: new Date().toISOString(),
    tool_info: { command_line: COMMAND, cwd: '/' },
  }),
}
