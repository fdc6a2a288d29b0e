import { readRulesInSteps, type Problem, type RuleDocument, type RuleLibrary } from '@sentinelmesh/rules'
import { step } from '../threads/serve-jobs.ts'
import { standIns, type RuleName } from './stand-ins.ts'

/** One stored document as read: null where it is refused, and then there is an error among the problems. */
export interface ReadDocument {
  readonly document: RuleDocument | null
  readonly problems: readonly Problem[]
}

/** Rules and filters, each by itself, in this order. A document that is the whole of its text is given without it. */
export async function loadDocuments({ texts }: { texts: readonly string[] }): Promise<ReadDocument[]> {
  const read: ReadDocument[] = []
  for (const text of texts) read.push(documentOf(await readRulesInSteps([{ file: null, text }], step), text))
  return read
}

/** Correlations are read together and beside what they refer to, since a reference to nothing is a fault of theirs. */
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
