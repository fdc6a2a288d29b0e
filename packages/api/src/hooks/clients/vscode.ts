import type { HookClientSpec } from '../client.ts'
import { askLikeClaude, LIKE_CLAUDE } from './like-claude.ts'

export const vscode: HookClientSpec = { ...LIKE_CLAUDE, isExperimental: true, ask: askLikeClaude }
