import type { RuleProblem, Services } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import {
  compileRuleSet,
  describeExplanation,
  explain,
  matchEntry,
  matchJson,
  type Entry,
  type Filter,
  type Rule,
} from '@sentinelmesh/rules'
import { JsonTextError } from '@sentinelmesh/text/json-text'
import { viewsOf } from '@sentinelmesh/rules/views'
import { step } from '../threads/serve-jobs.ts'
import { toHead, type DocumentHead } from './document-head.ts'
import { readTexts } from './read-texts.ts'
import type { RuleName } from './stand-ins.ts'
import { readStored, type StoredText } from './stored-text.ts'
import { toProblem } from './to-problem.ts'

type RuleTried = Awaited<ReturnType<Services['rules']['try']>>['results'][number]

/** Passes the result of `readTried` to the `tryRules` that follows it in the same lease. */
let read: { readonly rules: readonly Rule[]; readonly filters: readonly Filter[] } = { rules: [], filters: [] }

/** The documents of a text to try. */
export async function readTried({
  text,
  beside,
}: {
  text: string
  beside: readonly RuleName[]
}): Promise<{ documents: DocumentHead[]; problems: RuleProblem[] }> {
  const { documents, problems } = await readTexts([{ file: null, text }], beside)
  read = {
    rules: documents.filter((document) => document.kind === 'rule'),
    filters: documents.filter((document) => document.kind === 'filter'),
  }
  return { documents: documents.map(toHead), problems: problems.map(toProblem) }
}

export interface TryInput {
  /** Null for the documents of the text that was read before. */
  readonly rules: readonly StoredText[] | null
  /** The org's filters and rules that the text does not replace. */
  readonly filters: readonly StoredText[]
  /** An entry or the text of an event. */
  readonly on: Entry | string
}

/** Explains for each rule why it matches or not. */
export async function tryRules({ rules, filters, on }: TryInput): Promise<RuleTried[]> {
  const tried = rules === null ? read.rules : (await readStored(rules)).filter(({ kind }) => kind === 'rule')
  const others = (await readStored(filters)).filter((document) => document.kind === 'filter')
  const applied = rules === null ? [...read.filters, ...others] : others
  const results: RuleTried[] = []
  for (const rule of tried) {
    if (rule.kind === 'rule') results.push(tryOne(rule, on, applied))
    await step()
  }
  return results
}

function tryOne(rule: Rule, on: Entry | string, filters: readonly Filter[]): RuleTried {
  const explanation = explained(() => explain(rule, on, { filters, views: viewsOf }))
  const alone = compileRuleSet([rule])
  const [match] = !explanation.held
    ? []
    : typeof on === 'string'
      ? matchJson(on, alone)
      : matchEntry(on, alone, { views: viewsOf })
  return {
    rule_id: rule.id,
    title: rule.title,
    level: rule.level,
    points: rule.points,
    held: explanation.held,
    filtered_by: explanation.filteredBy,
    places: [...(match?.places ?? [])],
    explanation,
    explained: describeExplanation(explanation),
  }
}

function explained<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error
    throw new DomainError('invalid_input', { say: `The event nests too deep: ${error.message}` }, { cause: error })
  }
}
