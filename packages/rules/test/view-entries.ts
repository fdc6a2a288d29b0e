import { anEntry } from './entries.ts'
import type { Entry } from '../src/index.ts'
import { viewsOf, type View } from '../src/views/index.ts'
import { readShell, type ShellCommand } from '../src/views/read-shell.ts'
import { newShellWork, type ShellWork } from '../src/views/shell-words.ts'
import { copied } from '../src/views/view-text.ts'

/** A tool call as mappers create it. */
export function aCall(
  name: string,
  given: unknown,
  { service = 'claude_code', attributes = {} }: { service?: string; attributes?: Record<string, unknown> } = {},
): Entry {
  return anEntry({
    kind: 'tool_call',
    context: 'tool_call',
    receiver: name.startsWith('mcp.') || name.startsWith('tool.') ? name : `tool.${name}`,
    payload: { type: 'json', text: JSON.stringify({ name, arguments: given }) },
    attributes: JSON.stringify(attributes),
    logsource: { product: 'ai_agent', category: 'tool_call', service },
  })
}

/** A shell command as the whole payload. */
export function aCommand(command: string, attributes: Record<string, unknown> = {}): Entry {
  return anEntry({
    kind: 'tool_call',
    context: 'shell_command',
    receiver: 'tool.Bash',
    payload: { type: 'text', text: command },
    attributes: JSON.stringify({ 'tool.name': 'Bash', ...attributes }),
    logsource: { product: 'ai_agent', category: 'tool_call', service: 'claude_code' },
  })
}

/** The events of SigmaHQ's log sources: the views without those of what the commands do. */
export const eventsOf = (entry: Entry): readonly View[] =>
  viewsOf(entry).filter(({ name }) => name !== 'action' && name !== 'script')

/** The fields of a view, as a string for a single text. */
export function fieldsOf({ fields }: View): Readonly<Record<string, string | readonly string[]>> {
  return Object.fromEntries(
    [...fields].map(([name, texts]) => {
      const [only = '', ...more] = texts.map(({ text }) => text)
      return [name, more.length === 0 ? only : [only, ...more]]
    }),
  )
}

/** The command lines of the programs in a command, without that of the whole command. */
export const linesOf = (command: string) =>
  viewsOf(aCommand(command))
    .filter(({ name, index }) => name === 'process_creation' && index > 0)
    .map((view) => fieldsOf(view)['CommandLine'])

/** The commands that the shell parser finds in a script. */
export function readCommands(text: string): ShellWork & { readonly commands: readonly ShellCommand[] } {
  const work = newShellWork()
  const place = { field: 'payload', pointers: null, start: -1, end: -1, base: 0, slot: -1, root: -1, folded: null }
  const commands = readShell(copied({ ...place, text, type: 'string' }), 0, work)
  return { ...work, commands }
}
