import type { OrgId } from '@sentinelmesh/api'
import type { DocumentHead } from '../../rule-jobs/document-head.ts'
import { BOUNDS } from '../../rule-jobs/rule-threads.ts'
import { namesBeside } from '../../rule-sets/names-beside.ts'
import type { OrgRules } from '../../rule-sets/org-rules.ts'
import type { Deps } from '../verb.ts'

export interface TextToSave {
  readonly rules: OrgRules
  readonly text: string
  /** For a text without an id of its own. A new id by default. */
  readonly id?: string
}

/**
 * Reads a text with exactly one document and adds an id if needed. Throws `rule_invalid`, `invalid_input`, `too_large`,
 * `too_expensive`.
 */
export async function readForSaving(
  { ruleThreads, ruleSets }: Deps<'ruleThreads' | 'ruleSets'>,
  org: OrgId,
  { rules, text, id }: TextToSave,
  signal: AbortSignal | undefined,
): Promise<DocumentHead> {
  const input = { text, id: id ?? null, beside: namesBeside(rules, [text]) }
  const { head, read } = await ruleThreads.edit.run(org, 'readForSaving', input, { bound: BOUNDS.save, signal })
  // Saves the rule set from reading the text again.
  if (read !== null) ruleSets.remember(head, read)
  return head
}
