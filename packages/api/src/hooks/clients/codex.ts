import type { HookClientSpec } from '../client.ts'
import { LIKE_CLAUDE } from './like-claude.ts'

export const codex: HookClientSpec = LIKE_CLAUDE
