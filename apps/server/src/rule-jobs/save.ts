import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { toHead, type DocumentHead } from './document-head.ts'
import { readOne } from './read-texts.ts'
import type { RuleName } from './stand-ins.ts'

/** One document that is to be stored. Throws `rule_invalid`, `invalid_input`, `too_large`. */
export async function readForSaving(input: {
  text: string
  id: string | null
  beside: readonly RuleName[]
}): Promise<DocumentHead> {
  const head = toHead(await readOne(input.text, input.beside, input.id ?? undefined))
  if (head.refusal !== null)
    throw new DomainError('too_large', { say: head.refusal, limit: 'ruleValues', allowed: LIMITS.ruleValues })
  return head
}
