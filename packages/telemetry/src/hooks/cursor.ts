import type { Arguments } from '../mappers/entries.ts'
import { toolOf } from '../mappers/names.ts'
import { argumentsIn, fieldOf, textOf, type Fields } from './fields.ts'
import { hookMapper } from './read-hook.ts'

/** The tool and argument fields of events that do not name their tool. */
const TOOLS: ReadonlyMap<string, readonly [tool: string, ...fields: string[]]> = new Map([
  ['beforeShellExecution', ['Shell', 'command', 'cwd']],
  ['afterShellExecution', ['Shell', 'command', 'cwd']],
  ['beforeReadFile', ['Read', 'file_path', 'content']],
  ['beforeTabFileRead', ['Read', 'file_path', 'content']],
  ['afterFileEdit', ['edit_file', 'file_path', 'edits']],
  ['afterTabFileEdit', ['edit_file', 'file_path', 'edits']],
])

/** Cursor, from third-party copies of its documentation. */
export const cursorHook = hookMapper({
  client: 'cursor',
  source: 'cursor',
  agent: 'agent.cursor',
  events: new Map([
    ['preToolUse', 'call'],
    ['beforeShellExecution', 'call'],
    ['beforeMCPExecution', 'call'],
    ['beforeReadFile', 'call'],
    ['beforeTabFileRead', 'call'],
    ['postToolUse', 'result'],
    ['afterShellExecution', 'result'],
    ['afterMCPExecution', 'result'],
    ['postToolUseFailure', 'failure'],
    ['afterFileEdit', 'call'],
    ['afterTabFileEdit', 'call'],
    ['beforeSubmitPrompt', 'prompt'],
    ['afterAgentResponse', 'answer'],
    ['afterAgentThought', 'nothing'],
  ]),
  toolOf: (fields, event) => toolOf(TOOLS.get(event)?.[0] ?? textOf(fields, 'tool_name') ?? 'unknown'),
  argumentsOf,
  outputOf: (fields) => argumentsIn(fieldOf(fields, ['tool_output', 'result_json', 'output']))?.json,
})

function argumentsOf(fields: Fields, event: string): Arguments | null {
  const [, ...names] = TOOLS.get(event) ?? ['']
  if (names.length === 0) return argumentsIn(fields['tool_input'])
  return argumentsIn(Object.fromEntries(names.flatMap((name) => (name in fields ? [[name, fields[name]]] : []))))
}
