import { eventIn, json, refused, type HookClientSpec } from '../client.ts'

export const cursor: HookClientSpec = {
  isExperimental: true,
  eventOf: (fields) => eventIn(fields, ['hook_event_name']),
  stages: {
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
  ask: ({ event }, reason) =>
    isRead(event) ? undefined : json({ permission: 'ask', user_message: reason, agent_message: reason }),
  block({ stage, event }, reason) {
    if (stage === 'prompt') return json({ continue: false, user_message: reason })
    if (stage !== 'before_tool') return undefined
    return isRead(event)
      ? refused({ permission: 'deny' }, reason)
      : refused({ permission: 'deny', user_message: reason, agent_message: reason }, reason)
  },
}

/** The answer to a file read can only allow or deny; it has no message. */
function isRead(event: string): boolean {
  return event === 'beforeReadFile' || event === 'beforeTabFileRead'
}
