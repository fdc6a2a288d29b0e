import { join } from 'node:path'
import type { HookClient } from '@sentinelmesh/api/hooks'

export const SCOPES_OF_HOOKS = ['user', 'project', 'managed'] as const
/** The scope of the settings: this user, everyone in this folder, or everyone on this machine. */
export type HookScope = (typeof SCOPES_OF_HOOKS)[number]

/** Locations on this machine. Tests have another root. */
export interface Machine {
  readonly root: string
  /** Where agents look for their settings. */
  readonly home: string
  /** The home in the password database, which the hook program reads regardless of its environment. */
  readonly hookHome: string
  readonly project: string
  readonly platform: NodeJS.Platform
}

/** An event, and the item to add to its list. */
export type Snippet = readonly { readonly event: string; readonly item: object }[]

/** A required setting outside `hooks`. */
export interface Beside {
  readonly path: readonly string[]
  readonly value: number | boolean
}

/** Describes how a client's settings name the program that a hook runs. */
export interface ClientSettings {
  /** Null if the client has no editable file for this scope. `notHere` then says what to do instead. */
  readonly file: (scope: HookScope, machine: Machine) => string | null
  readonly notHere?: string
  /** Required settings outside `hooks`. */
  readonly beside?: (scope: HookScope) => readonly Beside[]
  /** `seconds` is the client's timeout, which is well after the program's own. */
  readonly snippet: (command: HookCommand, seconds: number) => Snippet
  /** Steps that remain after the installation. */
  readonly remarks: (scope: HookScope) => readonly string[]
}

/** The command of the hook program, quoted for each shell. `more` adds options at its end. */
export interface HookCommand {
  readonly posix: (more?: string) => string
  readonly powershell: (more?: string) => string
  /** True to block calls that cannot be judged. */
  readonly closed: boolean
}

const CLAUDE_EVENTS = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  // A change of the settings can turn hooks off in the middle of a session.
  'ConfigChange',
  'Stop',
  'SessionEnd',
]
const CODEX_EVENTS = ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'Stop']
const GEMINI_EVENTS = ['SessionStart', 'BeforeAgent', 'BeforeTool', 'AfterTool', 'AfterAgent']
const COPILOT_EVENTS = [
  'sessionStart',
  'userPromptSubmitted',
  'preToolUse',
  'postToolUse',
  'postToolUseFailure',
  'agentStop',
  'sessionEnd',
]
const CURSOR_EVENTS = [
  'beforeSubmitPrompt',
  'beforeShellExecution',
  'afterShellExecution',
  'beforeMCPExecution',
  'afterMCPExecution',
  'beforeReadFile',
  'afterFileEdit',
  'afterAgentResponse',
]
const WINDSURF_EVENTS = [
  'pre_user_prompt',
  'pre_read_code',
  'pre_write_code',
  'pre_run_command',
  'post_run_command',
  'pre_mcp_tool_use',
  'post_mcp_tool_use',
  'post_cascade_response',
]
/** Claude Code's total timeout for all hooks of this event is 1.5 s. */
const SHORT_EVENT = { event: 'SessionEnd', more: '--timeout 1' }

const VERSION_1: readonly Beside[] = [{ path: ['version'], value: 1 }]

const NOT_RUN = 'This client’s hooks are known from its documentation alone: see that they do what they should.'

/** The administrator's settings file, as documented by each client for each operating system. */
function managedFile({ root, platform }: Machine, files: Record<'linux' | 'darwin' | 'win32', string>): string {
  if (platform === 'win32') return files.win32
  return join(root, platform === 'darwin' ? files.darwin : files.linux)
}

/** Hook groups without a matcher, so that they apply to all tools. */
function grouped(events: readonly string[], command: HookCommand, timeout: number): Snippet {
  return events.map((event) => {
    const more = event === SHORT_EVENT.event ? SHORT_EVENT.more : undefined
    return { event, item: { hooks: [{ type: 'command', command: command.posix(more), timeout }] } }
  })
}

export const CLIENT_SETTINGS: Readonly<Record<HookClient, ClientSettings>> = {
  claude: {
    file: (scope, machine) => {
      if (scope !== 'managed')
        return join(scope === 'user' ? machine.home : machine.project, '.claude', 'settings.json')
      return managedFile(machine, {
        linux: '/etc/claude-code/managed-settings.json',
        darwin: '/Library/Application Support/ClaudeCode/managed-settings.json',
        win32: String.raw`C:\Program Files\ClaudeCode\managed-settings.json`,
      })
    },
    snippet: (command, seconds) => grouped(CLAUDE_EVENTS, command, seconds),
    remarks: (scope) =>
      scope === 'managed'
        ? []
        : [
            'Whoever may write settings of Claude Code, the agent too, can switch these hooks off (disableAllHooks). With --managed nobody can.',
          ],
  },
  codex: {
    file: (scope, { home, project }) =>
      scope === 'user'
        ? join(home, '.codex', 'hooks.json')
        : scope === 'project'
          ? join(project, '.codex', 'hooks.json')
          : null,
    notHere:
      'Codex has its managed hooks in requirements.toml, which this command does not edit. Put the command that --user --dry-run shows there; docs/agents/codex.md has the lines.',
    snippet: (command, seconds) => grouped(CODEX_EVENTS, command, seconds),
    remarks: () => [
      'Codex runs no hook that its user has not trusted, and codex exec skips it without a word: start codex, and trust these when it asks, or type /hooks. Again after each change of them.',
    ],
  },
  gemini: {
    file: (scope, machine) => {
      if (scope !== 'managed')
        return join(scope === 'user' ? machine.home : machine.project, '.gemini', 'settings.json')
      return managedFile(machine, {
        linux: '/etc/gemini-cli/settings.json',
        darwin: '/Library/Application Support/GeminiCli/settings.json',
        win32: String.raw`C:\ProgramData\gemini-cli\settings.json`,
      })
    },
    // A project's settings may be false. The managed settings override them.
    beside: (scope) => (scope === 'managed' ? [{ path: ['hooksConfig', 'enabled'], value: true }] : []),
    // Gemini CLI takes milliseconds.
    snippet: (command, seconds) => grouped(GEMINI_EVENTS, command, seconds * 1000),
    remarks: (scope) => [
      ...(scope === 'project' ? ['Gemini CLI warns of hooks of a project until its user has trusted them.'] : []),
      scope === 'managed'
        ? 'Whoever may write .gemini/settings.json in a trusted folder, the agent too, can still switch these hooks off by a list (hooksConfig.disabled).'
        : 'Whoever may write .gemini/settings.json in a trusted folder, the agent too, can switch these hooks off (hooksConfig). With --managed only a list can (hooksConfig.disabled).',
    ],
  },
  copilot: {
    file: (scope, { root, home, project, platform }) => {
      if (scope === 'user') return join(home, '.copilot', 'hooks', 'sentinelmesh.json')
      if (scope === 'project') return join(project, '.github', 'hooks', 'sentinelmesh.json')
      return platform === 'win32' ? null : join(root, 'etc', 'github-copilot', 'policy.d', 'sentinelmesh.json')
    },
    notHere: 'Where Copilot CLI looks for a policy on Windows is not known. Install with --user or --project.',
    beside: () => VERSION_1,
    snippet: (command, timeoutSec) =>
      COPILOT_EVENTS.map((event) => ({
        event,
        item: { type: 'command', bash: command.posix(), powershell: command.powershell(), timeoutSec },
      })),
    remarks: (scope) => (scope === 'project' ? ['Copilot CLI runs hooks of a folder that its user has trusted.'] : []),
  },
  vscode: {
    file: (scope, { home, project }) => {
      if (scope === 'managed') return null
      return scope === 'user'
        ? join(home, '.copilot', 'hooks', 'sentinelmesh-vscode.json')
        : join(project, '.github', 'hooks', 'sentinelmesh-vscode.json')
    },
    notHere: 'VS Code has no managed hooks of its own. Install with --user or --project.',
    snippet: (command, timeout) =>
      CODEX_EVENTS.map((event) => ({
        event,
        item: { type: 'command', command: command.posix(), windows: command.powershell(), timeout },
      })),
    remarks: () => [
      NOT_RUN,
      'Copilot CLI reads the same folder: install for one of the two, or it tells each call twice.',
    ],
  },
  cursor: {
    file: (scope, machine) => {
      if (scope !== 'managed') return join(scope === 'user' ? machine.home : machine.project, '.cursor', 'hooks.json')
      return managedFile(machine, {
        linux: '/etc/cursor/hooks.json',
        darwin: '/Library/Application Support/Cursor/hooks.json',
        win32: String.raw`C:\ProgramData\Cursor\hooks.json`,
      })
    },
    beside: () => VERSION_1,
    // No timeout is set, because Cursor's documentation does not agree on its unit.
    snippet: (command) =>
      CURSOR_EVENTS.map((event) => ({
        event,
        item: { command: command.posix(), ...(command.closed ? { failClosed: true } : {}) },
      })),
    remarks: () => [NOT_RUN],
  },
  windsurf: {
    file: (scope, machine) => {
      if (scope === 'user') return join(machine.home, '.codeium', 'windsurf', 'hooks.json')
      if (scope === 'project') return join(machine.project, '.windsurf', 'hooks.json')
      return managedFile(machine, {
        linux: '/etc/windsurf/hooks.json',
        darwin: '/Library/Application Support/Windsurf/hooks.json',
        win32: String.raw`C:\ProgramData\Windsurf\hooks.json`,
      })
    },
    snippet: (command) =>
      WINDSURF_EVENTS.map((event) => ({
        event,
        item: { command: command.posix(), powershell: command.powershell(), show_output: true },
      })),
    remarks: () => [NOT_RUN],
  },
}

/** `project`: found on the PATH, because the folder is shared with other machines. */
export function hookCommand(client: HookClient, closed: boolean, program: readonly string[] | 'project'): HookCommand {
  const words = program === 'project' ? ['sentinelmesh-hook'] : program
  const line = (quote: (word: string) => string, more?: string) =>
    [...words.map(quote), client, ...(more === undefined ? [] : [more])].join(' ')
  return {
    posix: (more) => line(posixWord, more),
    powershell: (more) => (words.length > 1 ? '& ' : '') + line(powershellWord, more),
    closed,
  }
}

function posixWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

function powershellWord(word: string): string {
  return /^[\w.-]+$/.test(word) ? word : `'${word.replaceAll("'", "''")}'`
}
