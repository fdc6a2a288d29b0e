import { randomUUID } from 'node:crypto'
import { DomainError } from '@sentinelmesh/api/constants'
import { readRulesInSteps, type Problem, type RuleDocument, type Source } from '@sentinelmesh/rules'
import { step } from '../threads/serve-jobs.ts'
import { canonical, isNameless } from './canonical.ts'
import { STAND_IN, standIns, type RuleName } from './stand-ins.ts'
import { toProblem } from './to-problem.ts'

export interface ReadText {
  readonly documents: readonly RuleDocument[]
  /** Those that were refused too. */
  readonly count: number
  readonly problems: readonly Problem[]
}

/** Reads texts beside what is there: what they name of the org's rules is known. */
export async function readTexts(sources: readonly Source[], others: readonly RuleName[]): Promise<ReadText> {
  // Behind the sources: of two with one id the first is kept.
  const beside = standIns(sources, others)
  const texts = new Set(beside.map(({ text }) => text))
  const library = await readRulesInSteps([...sources, ...beside], step)
  const documents = [...library.rules, ...library.correlations, ...library.filters]
  return {
    documents: documents.filter(({ text }) => !texts.has(text)),
    count: library.documents - beside.length,
    problems: library.problems.filter(({ file }) => file !== STAND_IN),
  }
}

/** Throws `rule_invalid` with every problem and its place. */
export function refuseErrors(problems: readonly Problem[]): void {
  const first = problems.find(({ severity }) => severity === 'error')
  if (first === undefined) return
  const { line, column } = first.range
  throw new DomainError('rule_invalid', {
    say: `Line ${line}, column ${column}: ${first.message}`,
    ruleProblems: problems.map(toProblem),
  })
}

/** One document with an id of its own, which it is given where it has none. Throws `rule_invalid`, `invalid_input`. */
export async function readOne(text: string, beside: readonly RuleName[], id?: string): Promise<RuleDocument> {
  const document = canonical(await readSingle(text, beside))
  if (!isNameless(document)) return document
  const named = withId(document.text, id ?? randomUUID())
  const [again] = (await readTexts([{ file: null, text: named }], beside)).documents
  if (again === undefined || isNameless(again))
    throw new DomainError('invalid_input', {
      issues: [{ loc: ['text'], msg: 'The rule needs an id: add a line such as id: my-rule-1.', type: 'missing' }],
    })
  return again
}

async function readSingle(text: string, beside: readonly RuleName[]): Promise<RuleDocument> {
  const { documents, count, problems } = await readTexts([{ file: null, text }], beside)
  refuseErrors(problems)
  const [document] = documents
  if (document !== undefined && count === 1) return document
  const msg = `The text holds ${count} documents; a rule is one. Import takes several.`
  throw new DomainError('invalid_input', { issues: [{ loc: ['text'], msg, type: 'value_error' }] })
}

/** As the first key: the text stays as it was written otherwise. */
function withId(text: string, id: string): string {
  return text.replace(/^(?=[A-Za-z'"])/m, `id: ${id}\n`)
}
