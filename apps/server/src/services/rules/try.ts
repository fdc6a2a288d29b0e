import { authorise, DomainError, LIMITS } from '@sentinelmesh/api/constants'
import type { Entry, Filter } from '@sentinelmesh/rules'
import { NotJson } from '@sentinelmesh/text/not-json'
import { EntryRefused, parseEntry } from '../../ingest/parse-entry.ts'
import { notJson, readJson } from '../../ingest/read-json.ts'
import type { DocumentHead } from '../../rule-jobs/document-head.ts'
import { BOUNDS } from '../../rule-jobs/rule-threads.ts'
import { namesBeside } from '../../rule-sets/names-beside.ts'
import type { StoredText } from '../../rule-jobs/stored-text.ts'
import { toEntry } from '../../rule-jobs/to-entry.ts'
import type { OrgRules } from '../../rule-sets/org-rules.ts'
import { storedEntry } from '../logs/stored.ts'
import type { Verb } from '../verb.ts'
import { ruleOf } from './get.ts'
import { filtersFor, filterText } from './stored-texts.ts'

type Output = Awaited<ReturnType<Verb<'rules.try'>>>

/**
 * Explains why rules match an entry or not. Nothing is stored. A stored entry also requires the permission to read
 * entries. Throws `not_found`, `invalid_input`, `forbidden`, `too_expensive`.
 */
export const tryRules: Verb<'rules.try', 'ruleSets' | 'ruleThreads'> = async (
  deps,
  { org, principal, signal },
  input,
) => {
  if (input.log_id !== undefined) authorise(principal, 'logs.read')
  const rules = await deps.ruleSets.of(org)
  const stored = input.text === undefined ? storedToTry(rules, input.id ?? '') : null
  using thread = await deps.ruleThreads.edit.lease(org, { signal })
  const how = { bound: BOUNDS.try, signal }
  let tried: Tried = stored ?? NOTHING
  let problems: Output['problems'] = []
  if (input.text !== undefined) {
    const beside = namesBeside(rules, [input.text])
    const read = await thread.run('readTried', { text: input.text, beside }, how)
    tried = textToTry(rules, read.documents)
    problems = read.problems
  }
  const on =
    input.log_id === undefined
      ? readPasted(input.entry ?? '', deps.clock.now())
      : toEntry(await storedEntry(deps.database, org, input.log_id))
  const filters = tried.filters.map(filterText)
  const results = await thread.run('tryRules', { rules: tried.rules, filters, on }, how)
  return {
    read_as: typeof on === 'string' ? 'event' : 'entry',
    entry: typeof on === 'string' ? null : shown(on),
    results,
    problems,
  }
}

interface Tried {
  /** Null for the rules in the text. */
  readonly rules: readonly StoredText[] | null
  /** The org's filters and rules, except those that the text replaces. */
  readonly filters: readonly Filter[]
}

const NOTHING: Tried = { rules: [], filters: [] }

/** The thread has the documents of the text. The org's filters apply in addition to those in the text. */
function textToTry({ filters }: OrgRules, documents: readonly DocumentHead[]): Tried {
  const found = bounded(documents.filter(({ kind }) => kind === 'rule'))
  const own = new Set(documents.flatMap(({ kind, id }) => (kind === 'filter' ? [id] : [])))
  return {
    rules: null,
    filters: filtersFor(
      filters.filter(({ id }) => !own.has(id)),
      found,
    ),
  }
}

/** A filter or a correlation is tried with the rules that it is bound to. */
function storedToTry(rules: OrgRules, id: string): Tried {
  const rule = ruleOf(rules, id)
  const own = weighed(rules, rule.id)
  if (own !== undefined) return { rules: [own.text], filters: filtersFor(rules.filters, [own]) }
  const bound = rule.references.flatMap((reference) => (reference.id === null ? [] : [weighed(rules, reference.id)]))
  const named = bounded(bound.filter((one) => one !== undefined))
  if (named.length === 0)
    throw new DomainError('invalid_input', {
      say: 'There is nothing of this rule to explain: its text is refused, it names no rule, or it is an evaluator in code.',
    })
  const filters =
    rule.document?.kind === 'filter'
      ? [{ ...rule.document, rules: named.map((one) => one.id) }]
      : filtersFor(rules.filters, named)
  return { rules: named.map(({ text }) => text), filters }
}

interface Weighed {
  readonly id: string
  readonly name: string | null
  readonly text: StoredText
}

function weighed({ rules }: OrgRules, id: string): Weighed | undefined {
  const rule = rules.get(id)
  if (rule?.document?.kind !== 'rule') return undefined
  const { text, name } = rule.document
  return { id, name, text: rule.weight === null ? { text } : { text, weight: rule.weight } }
}

function bounded<Item>(rules: readonly Item[]): readonly Item[] {
  if (rules.length <= LIMITS.triedRules) return rules
  throw new DomainError('too_large', {
    say: `At most ${LIMITS.triedRules} rules are tried at a time (limit triedRules); these are ${rules.length}.`,
    limit: 'triedRules',
    allowed: LIMITS.triedRules,
  })
}

/** Reads an entry in the format of the API, or any other JSON object as an event with its own fields. */
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

function shown({ sender, receiver, kind, session, context, payload, attributes }: Entry): Output['entry'] {
  return { sender, receiver, kind, session, context, payload: payload.text, payload_type: payload.type, attributes }
}
