import type { BUILTIN_RULES as Rules } from '../packages/rules/src/builtin/index.ts'

/** Replaces the built-in rules when ingestion is measured without rules. */
export const BUILTIN_RULES: typeof Rules = []
