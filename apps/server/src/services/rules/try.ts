import type { Services } from '@sentinelmesh/api'
import { authorise, DomainError, LIMITS } from '@sentinelmesh/api/constants'
import type { StoredEntry } from '@sentinelmesh/db'
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
import { viewsOf } from '@sentinelmesh/rules/views'
import { JsonTextError } from '@sentinelmesh/rules/json-text'
import { NotJson } from '../../ingest/not-json.ts'
import { EntryRefused, parseEntry } from '../../ingest/parse-entry.ts'
import { notJson, readJson } from '../../ingest/read-json.ts'
import type { OrgRules } from '../../rule-sets/org-rules.ts'
import { turns } from '../../rule-sets/turns.ts'
import { storedEntry } from '../logs/stored.ts'
import type { Verb } from '../verb.ts'
import { ruleOf } from './get.ts'
import { readTexts } from './read-text.ts'
import { toProblem } from './to-wire.ts'

type Input = Parameters<Services['rules']['try']>[1]
type Output = Awaited<ReturnType<Services['rules']['try']>>

/**
 * Why rules hold for one entry, or why not: nothing is stored. A stored entry takes the right to read entries too.
 * Throws `not_found`, `invalid_input`, `forbidden`.
 */
export const tryRules: Verb<Services['rules']['try']> = async (deps, principal, input) => {
  const org = authorise(principal, 'rules.read')
  if (input.log_id !== undefined) authorise(principal, 'logs.read')
  const rules = await deps.ruleSets.of(org)
  const tried = await whatToTry(rules, input)
  const on =
    input.log_id === undefined
      ? readPasted(input.entry ?? '', deps.clock.now())
      : toEntry(await storedEntry(deps, org, input.log_id))
  const results: Output['results'] = []
  const turn = turns()
  for (const rule of tried.rules) {
    results.push(tryOne(rule, on, tried.filters))
    await turn()
  }
  return {
    read_as: typeof on === 'string' ? 'event' : 'entry',
    entry: typeof on === 'string' ? null : shown(on),
    results,
    problems: tried.problems,
  }
}

interface Tried {
  readonly rules: readonly Rule[]
  readonly filters: readonly Filter[]
  readonly problems: Output['problems']
}

/** A filter or a correlation stands for the rules that it is bound to. */
async function whatToTry(rules: OrgRules, { id, text }: Input): Promise<Tried> {
  if (text !== undefined) {
    const { documents, problems } = await readTexts(rules, [{ file: null, text }])
    const found = documents.filter((document) => document.kind === 'rule')
    const filters = documents.filter((document) => document.kind === 'filter')
    const beside = rules.filters.filter((filter) => filters.every((own) => own.id !== filter.id))
    return { rules: bounded(found), filters: [...filters, ...beside], problems: problems.map(toProblem) }
  }
  const rule = ruleOf(rules, id ?? '')
  const own = weighed(rules, rule.id)
  if (own !== undefined) return { rules: [own], filters: rules.filters, problems: [] }
  const bound = rule.references.flatMap((reference) => (reference.id === null ? [] : [weighed(rules, reference.id)]))
  const named = bound.filter((one) => one !== undefined)
  const filter = rule.document?.kind === 'filter' ? [{ ...rule.document, rules: named.map((one) => one.id) }] : null
  if (named.length === 0)
    throw new DomainError('invalid_input', {
      say: 'There is nothing of this rule to explain: its text is refused, it names no rule, or it is an evaluator in code.',
    })
  return { rules: bounded(named), filters: filter ?? rules.filters, problems: [] }
}

function weighed({ rules }: OrgRules, id: string): Rule | undefined {
  const rule = rules.get(id)
  return rule?.document?.kind === 'rule' ? { ...rule.document, ...rule.weight } : undefined
}

function bounded(rules: readonly Rule[]): readonly Rule[] {
  if (rules.length <= LIMITS.triedRules) return rules
  throw new DomainError('too_large', {
    say: `At most ${LIMITS.triedRules} rules are tried at a time (limit triedRules); these are ${rules.length}.`,
    limit: 'triedRules',
    allowed: LIMITS.triedRules,
  })
}

function tryOne(rule: Rule, on: Entry | string, filters: readonly Filter[]): Output['results'][number] {
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

/** An entry as it is reported, or any other JSON object as an event with its own fields. */
function readPasted(text: string, nowMs: number): Entry | string {
  const source = readJson(text)
  const { value } = source
  if (value instanceof NotJson) throw notJson(value.reason)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new DomainError('invalid_input', {
      issues: [{ loc: ['entry'], msg: 'entry has to be a JSON object.', type: 'object_type' }],
    })
  if (!('sender' in value && 'payload' in value)) return text
  try {
    return parseEntry(source, { nowMs, lenient: true }).entry
  } catch (error) {
    if (!(error instanceof EntryRefused)) throw error
    throw new DomainError('invalid_input', {
      issues: error.issues.map((issue) => ({ ...issue, loc: ['entry', ...issue.loc] })),
    })
  }
}

/** What is kept of an entry, as an event for rules: secrets are masked in it. */
export function toEntry(stored: StoredEntry): Entry {
  const { sender, receiver, kind, session, context, payload, attributes, logsource, reportedRisk, system } = stored
  return { sender, receiver, kind, session, context, payload, attributes, logsource, reportedRisk, system }
}

function shown({ sender, receiver, kind, session, context, payload, attributes }: Entry): Output['entry'] {
  return { sender, receiver, kind, session, context, payload: payload.text, payload_type: payload.type, attributes }
}
