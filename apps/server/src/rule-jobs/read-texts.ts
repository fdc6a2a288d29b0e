import { randomUUID } from 'node:crypto'
import { DomainError } from '@sentinelmesh/api/constants'
import { readRulesInSteps, type Problem, type RuleDocument, type Source } from '@sentinelmesh/rules'
import { step } from '../threads/serve-jobs.ts'
import { canonical, isNameless } from './canonical.ts'
import { STAND_IN, standIns, type RuleName } from './stand-ins.ts'
import { toProblem } from './to-problem.ts'

export interface ReadText {
  readonly documents: readonly RuleDocument[]
  /** Includes rejected documents. */
  readonly count: number
  readonly problems: readonly Problem[]
}

/** Reads texts together with stand-ins for the org's rules that they refer to. */
export async function readTexts(sources: readonly Source[], others: readonly RuleName[]): Promise<ReadText> {
  // After the sources, because the first of two rules with the same id wins.
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

/** Throws `rule_invalid` with every problem and its position. */
export function refuseErrors(problems: readonly Problem[]): void {
  const first = problems.find(({ severity }) => severity === 'error')
  if (first === undefined) return
  const { line, column } = first.range
  throw new DomainError('rule_invalid', {
    say: `Line ${line}, column ${column}: ${first.message}`,
    ruleProblems: problems.map(toProblem),
  })
}

/** Reads one document, and adds an id if it has none. Throws `rule_invalid` and `invalid_input`. */
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

/** Inserts the id as the first key and leaves the rest of the text as written. */
function withId(text: string, id: string): string {
  return text.replace(/^(?=[A-Za-z'"])/m, `id: ${id}\n`)
}
