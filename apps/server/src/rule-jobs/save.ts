import { DomainError } from '@sentinelmesh/api/constants'
import { toHead, type DocumentHead } from './document-head.ts'
import { loadDocuments, type ReadDocument } from './load.ts'
import { readOne } from './read-texts.ts'
import type { RuleName } from './stand-ins.ts'

export interface Saved {
  readonly head: DocumentHead
  /** The result of loading the stored text. Null for a correlation, which is read together with other rules. */
  readonly read: ReadDocument | null
}

/** Reads one document to store. Throws `rule_invalid`, `invalid_input`, and `too_large`. */
export async function readForSaving(input: {
  text: string
  id: string | null
  beside: readonly RuleName[]
}): Promise<Saved> {
  const head = toHead(await readOne(input.text, input.beside, input.id ?? undefined))
  if (head.refusal !== null) throw new DomainError('too_large', head.refusal)
  if (head.kind === 'correlation') return { head, read: null }
  const [read = null] = await loadDocuments({ texts: [head.text] })
  return { head, read }
}
