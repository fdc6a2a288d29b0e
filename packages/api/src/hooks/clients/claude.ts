import { json, type HookClientSpec } from '../client.ts'
import { withheld } from '../withheld.ts'
import { askLikeClaude, blockLikeClaude, forEvent, LIKE_CLAUDE } from './like-claude.ts'

export const claude: HookClientSpec = {
  ...LIKE_CLAUDE,
  // In this mode, Claude Code (2.1.332) runs calls that touch its own or the shell's settings even if a hook asks, and any
  // command can touch them.
  canAsk: (fields) => fields['permission_mode'] !== 'bypassPermissions',
  ask: askLikeClaude,
  block: (moment, reason) =>
    // `decision: 'block'` only adds a note: the result would still reach the model.
    blockLikeClaude(moment, reason, () =>
      json(forEvent('PostToolUse', { updatedToolOutput: withheld(moment.response, reason) })),
    ),
}
