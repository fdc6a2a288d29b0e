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
      const words = command.map(String)
      return words.length === 3 && /^-l?c$/.test(words[1] ?? '') ? (words[2] ?? '') : words.join(' ')
    }
  }
  return null
}

/** `mcp.<server>/<tool>` where the server is known (said, or in `mcp__server__tool`), else `tool.<name>`. */
export function toolName(name: string, server?: string | null): string {
  if (server) return `mcp.${server}/${name.startsWith(`mcp__${server}__`) ? name.slice(server.length + 7) : name}`
  const parts = /^mcp__(.+?)__(.+)$/.exec(name)
  return parts === null ? `tool.${name}` : `mcp.${parts[1]}/${parts[2]}`
}
