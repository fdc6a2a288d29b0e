import { readRulesInSteps, type Problem, type RuleDocument, type RuleLibrary } from '@sentinelmesh/rules'
import { step } from '../threads/serve-jobs.ts'
import { standIns, type RuleName } from './stand-ins.ts'

/** A stored document after reading. Null if it is rejected, in which case the problems contain an error. */
export interface ReadDocument {
  readonly document: RuleDocument | null
  readonly problems: readonly Problem[]
}

/** Reads rules and filters independently, in this order. The text is omitted if the document is all of it. */
export async function loadDocuments({ texts }: { texts: readonly string[] }): Promise<ReadDocument[]> {
  const read: ReadDocument[] = []
  for (const text of texts) read.push(documentOf(await readRulesInSteps([{ file: null, text }], step), text))
  return read
}

/** Reads correlations together with the rules they refer to, because a dangling reference is an error. */
export async function loadCorrelations({
  texts,
  beside,
}: {
  texts: readonly { readonly id: string; readonly text: string }[]
  beside: readonly RuleName[]
}): Promise<ReadDocument[]> {
  const sources = [...texts.map(({ id, text }) => ({ file: id, text })), ...standIns(texts, beside)]
  const { correlations, problems } = await readRulesInSteps(sources, step)
  const byId = new Map(correlations.map((correlation) => [correlation.id, correlation]))
  return texts.map(({ id }) => ({
    document: byId.get(id) ?? null,
    problems: problems.filter(({ file }) => file === id).map((problem) => ({ ...problem, file: null })),
  }))
}

function documentOf({ rules, correlations, filters, problems }: RuleLibrary, text: string): ReadDocument {
  const [document = null] = [...rules, ...correlations, ...filters]
  return { document: document?.text === text ? { ...document, text: '' } : document, problems }
}
