import type { BUILTIN_RULES as Rules } from '../packages/rules/src/builtin/index.ts'

/** Stands in for the built-in rules where ingestion is measured without them. */
export const BUILTIN_RULES: typeof Rules = []
