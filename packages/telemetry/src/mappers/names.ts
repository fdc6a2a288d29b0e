import type { Attributes } from '../otlp/telemetry.ts'
import { jsonText, type JsonLike } from './json.ts'

/** Tools that run a command; `otel/mapping.md` §2 lists the origin of each name. */
const SHELL_TOOLS = new Set(
  'Bash PowerShell bash powershell shell shell_command local_shell exec_command unified_exec run_shell_command run_in_terminal run_terminal_cmd runCommand run_shell Shell'.split(
    ' ',
  ),
)

export const isShellTool = (name: string) => SHELL_TOOLS.has(name)

const COMMAND_ARGUMENTS = ['command', 'cmd', 'full_command', 'command_line', 'CommandLine']

/** The command in a shell tool's arguments as one string: `[sh, -c, X]` is X, other arrays are joined with spaces. */
export function commandOf(tool: string, args: unknown): string | null {
  if (!isShellTool(tool)) return null
  if (typeof args !== 'object' || args === null) return null
  for (const name of COMMAND_ARGUMENTS) {
    const command = (args as Record<string, unknown>)[name]
    if (typeof command === 'string') return command
    if (Array.isArray(command) && command.length > 0) {
      const words = command.map((word: unknown) => (typeof word === 'string' ? word : jsonText(word as JsonLike)))
      return words.length === 3 && /^-l?c$/.test(words[1] ?? '') ? (words[2] ?? '') : words.join(' ')
    }
  }
  return null
}

export interface Tool {
  /** `mcp.<server>/<tool>` if the server is known (given, or in `mcp__server__tool`), else `tool.<name>`. */
  readonly party: string
  /** Without its server. */
  readonly name: string
  readonly server: string | null
}

export function toolOf(name: string, server?: string | null): Tool {
  if (server) {
    const prefix = `mcp__${server}__`
    const own = name.startsWith(prefix) ? name.slice(prefix.length) : name
    return { party: `mcp.${server}/${own}`, name: own, server }
  }
  const [, prefix, own] = /^mcp__(.+?)__(.+)$/s.exec(name) ?? []
  return prefix !== undefined && own !== undefined ? toolOf(own, prefix) : { party: `tool.${name}`, name, server: null }
}

export const toolName = (name: string, server?: string | null) => toolOf(name, server).party

const USER_ATTRIBUTES = ['user.email', 'enduser.id', 'traceloop.association.properties.user_id']

/** `user.<id>` if the record names the user. `user.id` is not read: in most dialects it is a random installation id. */
export function userOf(attributes: Attributes): string {
  for (const name of USER_ATTRIBUTES) {
    const user = attributes.get(name)
    if (typeof user === 'string' && user !== '') return `user.${user}`
  }
  return 'user'
}
