import type { Arguments } from '../mappers/entries.ts'
import type { JsonLike } from '../mappers/json.ts'
import { toolOf, type Tool } from '../mappers/names.ts'
import { argumentsIn, isFields, textOf, textOfBlocks, type Fields } from './fields.ts'
import type { HookMapper } from './hook-mapper.ts'
import { hookMapper } from './read-hook.ts'

const TOOLS: ReadonlyMap<string, string> = new Map([
  ['pre_run_command', 'run_command'],
  ['post_run_command', 'run_command'],
  ['pre_read_code', 'read_file'],
  ['post_read_code', 'read_file'],
  ['pre_write_code', 'write_file'],
  ['post_write_code', 'write_file'],
])

const readHook = hookMapper({
  client: 'windsurf',
  source: 'windsurf',
  agent: 'agent.windsurf',
  events: new Map([
    ['pre_run_command', 'call'],
    ['pre_read_code', 'call'],
    ['pre_write_code', 'call'],
    ['pre_mcp_tool_use', 'call'],
    ['post_run_command', 'call'],
    ['post_read_code', 'call'],
    ['post_write_code', 'call'],
    ['post_mcp_tool_use', 'result'],
    ['pre_user_prompt', 'prompt'],
    ['post_cascade_response', 'answer'],
  ]),
  toolOf: calledTool,
  argumentsOf,
  commandOf: (fields) => textOf(fields, 'command_line'),
  outputOf: (fields) => textOfBlocks(fields['mcp_result'] as JsonLike),
})

/** Windsurf, from a third-party copy of its documentation: the details of an event are in `tool_info`. */
export const windsurfHook: HookMapper = (input) => {
  if (!isFields(input)) return readHook(input)
  const { tool_info: info, ...common } = input
  return readHook({ ...(isFields(info) ? info : {}), ...common })
}

function calledTool(fields: Fields, event: string): Tool {
  const name = TOOLS.get(event) ?? textOf(fields, 'mcp_tool_name') ?? 'unknown'
  return toolOf(name, textOf(fields, 'mcp_server_name'))
}

const ARGUMENTS = ['command_line', 'cwd', 'file_path', 'edits']

function argumentsOf(fields: Fields): Arguments | null {
  if ('mcp_tool_name' in fields) return argumentsIn(fields['mcp_tool_arguments'])
  return argumentsIn(Object.fromEntries(ARGUMENTS.flatMap((name) => (name in fields ? [[name, fields[name]]] : []))))
}
