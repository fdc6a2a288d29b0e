import type { Attributes } from '../otlp/telemetry.ts'
import { jsonText, type JsonLike } from './json.ts'

/** Tools that run what they are given as a command; `otel/mapping.md` §2 lists where each name comes from. */
const SHELL_TOOLS = new Set(
  'Bash PowerShell bash powershell shell shell_command local_shell exec_command unified_exec run_shell_command run_in_terminal run_terminal_cmd runCommand run_shell Shell'.split(
    ' ',
  ),
)

export const isShellTool = (name: string) => SHELL_TOOLS.has(name)

const COMMAND_ARGUMENTS = ['command', 'cmd', 'full_command', 'command_line', 'CommandLine']

/** The command in a shell tool's arguments as one string: `[sh, -c, X]` is X, other arrays are joined with blanks. */
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
  /** `mcp.<server>/<tool>` where the server is known (said, or in `mcp__server__tool`), else `tool.<name>`. */
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
  const [, said, own] = /^mcp__(.+?)__(.+)$/s.exec(name) ?? []
  return said !== undefined && own !== undefined ? toolOf(own, said) : { party: `tool.${name}`, name, server: null }
}

export const toolName = (name: string, server?: string | null) => toolOf(name, server).party

const USER_ATTRIBUTES = ['user.email', 'enduser.id', 'traceloop.association.properties.user_id']

/** `user.<id>` where the record says who it is; `user.id` is a random id of an installation in most dialects. */
export function userOf(attributes: Attributes): string {
  for (const name of USER_ATTRIBUTES) {
    const user = attributes.get(name)
    if (typeof user === 'string' && user !== '') return `user.${user}`
  }
  return 'user'
}
