import { eventIn, refused, systemMessage, type HookClientSpec } from '../client.ts'
import { warned } from './like-claude.ts'

export const gemini: HookClientSpec = {
  eventOf: (fields) => eventIn(fields, ['hook_event_name']),
  stages: { BeforeTool: 'before_tool', AfterTool: 'after_tool', BeforeAgent: 'prompt' },
  tell: systemMessage,
  warn: (_moment, reason, text) => warned('AfterTool', reason, text),
  block: ({ stage }, reason) => (stage === 'other' ? undefined : refused({ decision: 'deny', reason }, reason)),
}
