import { TEXTS } from './texts.generated.ts'

export interface BuiltinRule {
  /** The rule's id and the name of its file. */
  readonly id: string
  /** The YAML of the rule, for `parseRule`. */
  readonly text: string
}

/** The rules of this folder, ordered by id. */
export const BUILTIN_RULES: readonly BuiltinRule[] = Object.entries(TEXTS).map(([id, text]) => ({ id, text }))
