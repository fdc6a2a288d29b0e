import { eventIn, type HookClientSpec } from '../client.ts'

export const windsurf: HookClientSpec = {
  isExperimental: true,
  eventOf: (fields) => eventIn(fields, ['agent_action_name']),
  stages: {
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
  block: ({ stage }, reason) =>
    stage === 'before_tool' || stage === 'prompt' ? { stdout: '', stderr: reason, exit: 2 } : undefined,
}
