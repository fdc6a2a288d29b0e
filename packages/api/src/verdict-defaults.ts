import type { Verdict } from './entry.ts'

/** Limits how strict the thresholds can be for entries of one kind. */
export interface KindLimit {
  readonly at_most: Verdict
  /** Blocks an entry from the block threshold on if a rule with the tag `HIDDEN_INSTRUCTION_TAG` matched it. */
  readonly block_hidden_instructions: boolean
}

/**
 * A prompt is the person's own text, and a result is often a text about an attack. Only an instruction that is hidden
 * or forged makes a result worth withholding.
 */
export const DEFAULT_KIND_LIMITS = {
  prompt: { at_most: 'flag', block_hidden_instructions: false },
  tool_result: { at_most: 'flag', block_hidden_instructions: true },
} as const satisfies Readonly<Record<string, KindLimit>>

/** The Sigma tag of rules that find an instruction which is hidden from people, or forged to look like another's. */
export const HIDDEN_INSTRUCTION_TAG = 'sentinelmesh.hidden_instruction'
