import { readRulesInSteps, type RuleDocument } from '@sentinelmesh/rules'
import type { Level } from '@sentinelmesh/rules/risk'
import { step } from '../threads/serve-jobs.ts'
import { standIns } from './stand-ins.ts'

/** A document of the org to send to a thread. Its text is cheap to send, its parsed form is not. */
export interface StoredText {
  readonly text: string
  /** The org's overrides of the document's own values. */
  readonly weight?: { readonly level: Level; readonly points: number; readonly family: string }
  /** The rules that it refers to. A correlation cannot be read without them. */
  readonly names?: readonly string[]
  /** The rules that a filter is bound to, instead of those that it refers to. */
  readonly bound?: readonly string[] | 'any'
}

/** Reads the documents in this order and skips those that are no longer valid. */
export async function readStored(texts: readonly StoredText[]): Promise<RuleDocument[]> {
  const documents: RuleDocument[] = []
  for (const { text, weight, names = [], bound } of texts) {
    const beside = standIns(
      [{ text }],
      names.map((id) => ({ id, name: null })),
    )
    const { rules, correlations, filters } = await readRulesInSteps([{ file: null, text }, ...beside], step)
    const hash = new Set(beside.map((one) => one.text))
    const document = [...rules, ...correlations, ...filters].find((one) => !hash.has(one.text))
    if (document === undefined) continue
    if (document.kind === 'filter') documents.push(bound === undefined ? document : { ...document, rules: bound })
    else documents.push(weight === undefined ? document : { ...document, ...weight })
  }
  return documents
}
