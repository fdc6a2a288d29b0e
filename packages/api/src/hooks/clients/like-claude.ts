import {
  eventIn,
  json,
  refused,
  systemMessage,
  type HookClientSpec,
  type HookMoment,
  type HookOutput,
} from '../client.ts'

export const CLAUDE_EVENT_FIELDS = ['hook_event_name', 'hookEventName']

export const CLAUDE_STAGES = {
  PreToolUse: 'before_tool',
  PermissionRequest: 'permission',
  PostToolUse: 'after_tool',
  UserPromptSubmit: 'prompt',
  ConfigChange: 'settings',
} as const

/** The protocol of Claude Code, which other clients adopted. They replace a tool's result in ways of their own. */
export const LIKE_CLAUDE = {
  eventOf: (fields) => eventIn(fields, CLAUDE_EVENT_FIELDS),
  stages: CLAUDE_STAGES,
  tell: systemMessage,
  warn: (_moment, reason, text) => warned('PostToolUse', reason, text),
  block: (moment, reason) => blockLikeClaude(moment, reason, () => json({ decision: 'block', reason })),
} as const satisfies HookClientSpec

/** A text beside a tool's result, which clients with this output format give to the model. */
export function warned(hookEventName: string, reason: string, text: string): HookOutput {
  return json({ systemMessage: reason, ...forEvent(hookEventName, { additionalContext: text }) })
}

export function blockLikeClaude(
  { stage }: HookMoment,
  reason: string,
  replaceResult: () => HookOutput,
): HookOutput | undefined {
  switch (stage) {
    case 'before_tool':
      return refused(permission('deny', reason), reason)
    case 'permission':
      // The client ignores exit 2 here.
      return json(forEvent('PermissionRequest', { decision: { behavior: 'deny', message: reason } }))
    case 'after_tool':
      return replaceResult()
    case 'prompt':
    case 'settings':
      return refused({ decision: 'block', reason }, reason)
    case 'other':
      return undefined
  }
}

export function askLikeClaude(_moment: HookMoment, reason: string): HookOutput {
  return json(permission('ask', reason))
}

function permission(permissionDecision: 'ask' | 'deny', reason: string): object {
  return forEvent('PreToolUse', { permissionDecision, permissionDecisionReason: reason })
}

export function forEvent(hookEventName: string, output: object): object {
  return { hookSpecificOutput: { hookEventName, ...output } }
}
