import { randomUUID } from 'node:crypto'
import type { OrgId, RulesImportOut } from '@sentinelmesh/api'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { ruleStore, ruleVersionStore, type By, type NewRule, type RuleRecord, type Transaction } from '@sentinelmesh/db'
import type { Problem } from '@sentinelmesh/rules'
import type { DocumentHead } from '../../rule-jobs/document-head.ts'
import { problemOf, type ReadSource } from '../../rule-jobs/read-sources.ts'
import { BOUNDS } from '../../rule-jobs/rule-threads.ts'
import { namesBeside } from '../../rule-sets/names-beside.ts'
import { toProblem } from '../../rule-jobs/to-problem.ts'
import { bind, directoryOf } from '../../rule-sets/bind.ts'
import type { OrgRules } from '../../rule-sets/org-rules.ts'
import type { Deps, Verb } from '../verb.ts'
import { change, changedMeanwhile, withinOrgLimits } from './change.ts'
import { toNewRule } from './create.ts'
import { fitLists } from './fit-lists.ts'

/**
 * Imports each document by itself, so that an invalid one does not affect the others. The valid documents of a request
 * are stored in one transaction. A document replaces another only on request, and never a built-in rule. Documents that
 * are stored already stay unchanged when an import is repeated. Throws `too_large`, `conflict`.
 */
export const importRules: Verb<'rules.import', 'costs' | 'ruleSets' | 'ruleThreads'> = async (deps, call, input) => {
  const { org } = call
  const importId = input.import_id ?? randomUUID()
  const before = await deps.ruleSets.of(org)
  const sources = await readFiles(deps, org, { before, sources: input.sources, signal: call.signal })
  const { taken, refused, unchanged } = choose(before, sources, { importId, replace: input.replace })
  const lists = {
    loaded: taken.map(({ rule, replaces, warnings }) => ({
      id: rule.ruleId,
      kind: rule.kind,
      title: rule.title,
      file: rule.file,
      outcome: replaces === null ? ('added' as const) : ('replaced' as const),
      warnings,
    })),
    refused: refused.map((one) => ({ ...one, problems: one.problems.map(toProblem) })),
    changed: sources.flatMap(({ file, changes }) => changes.map((one) => ({ file, ...one }))),
    awaiting: awaiting(deps, before, taken),
  }
  const report: RulesImportOut = { import_id: importId, dry_run: input.dry_run, unchanged, ...fitLists(lists) }
  if (input.dry_run || taken.length === 0) return report

  await change(deps, call, async (tx, by) => {
    const added = taken.filter(({ replaces }) => replaces === null)
    const chars = taken.reduce((sum, { rule, replaces }) => sum + rule.text.length - (replaces?.text.length ?? 0), 0)
    await withinOrgLimits(tx, org, { rules: added.length, chars })
    await store(tx, org, taken, by)
    return {
      action: 'rules.import',
      target: importId,
      details: {
        added: added.length,
        replaced: taken.length - added.length,
        ids: taken.map(({ rule }) => rule.ruleId),
      },
    }
  })
  for (const { rule } of taken) deps.costs.forgive(org, rule.ruleId)
  return report
}

interface Files {
  readonly before: OrgRules
  readonly sources: readonly { readonly file: string | null; readonly text: string }[]
  readonly signal: AbortSignal | undefined
}

async function readFiles(
  { ruleThreads }: Deps<'ruleThreads'>,
  org: OrgId,
  { before, sources, signal }: Files,
): Promise<readonly ReadSource[]> {
  const beside = namesBeside(
    before,
    sources.map(({ text }) => text),
  )
  using thread = await ruleThreads.edit.lease(org, { signal })
  const how = { bound: BOUNDS.import, signal }
  await thread.run('readImport', { sources, beside }, how)
  const read: ReadSource[] = []
  let problems = 0
  for (;;) {
    const some = await thread.run('nextImported', undefined, how)
    if (some.length === 0) return read
    read.push(...some)
    problems += some.reduce((sum, one) => sum + one.problems.length, 0)
    if (problems > LIMITS.importProblems)
      throw new DomainError('too_large', {
        say: `The files have more than ${LIMITS.importProblems} problems (limit importProblems). Nothing was stored. Import fewer files at a time.`,
        limit: 'importProblems',
        allowed: LIMITS.importProblems,
      })
  }
}

interface Taken {
  readonly rule: NewRule
  readonly document: DocumentHead
  /** The document that this one replaces. */
  readonly replaces: RuleRecord | null
  readonly warnings: number
}

interface Refused {
  readonly id: string | null
  readonly title: string | null
  readonly file: string | null
  readonly problems: readonly Problem[]
}

interface Chosen {
  readonly taken: readonly Taken[]
  readonly refused: readonly Refused[]
  readonly unchanged: number
}

function choose(
  before: OrgRules,
  sources: readonly ReadSource[],
  { importId, replace }: { readonly importId: string; readonly replace: boolean },
): Chosen {
  const taken: Taken[] = []
  const refused: Refused[] = []
  const seen = new Map<string, string>()
  let unchanged = 0
  for (const { file, documents, problems } of sources) {
    refused.push(...refusedOf(file, problems))
    for (const document of documents) {
      const { id, title, hash } = document
      const refusal = refusalOf(before, document, { replace, seen: seen.get(id) })
      if (refusal !== null) {
        const problem = problemOf({ file, ruleId: id, code: 'duplicate_id', message: refusal })
        refused.push({ id, title, file, problems: [problem] })
        continue
      }
      const large = document.refusal
      if (large !== null) {
        const problem = problemOf({ file, ruleId: id, code: 'too_large', message: large.say })
        refused.push({ id, title, file, problems: [problem] })
        continue
      }
      const again = seen.has(id)
      seen.set(id, hash)
      const record = before.rules.get(id)?.record ?? null
      // A built-in rule has no record.
      if (again || (record ?? before.rules.get(id))?.hash === hash) {
        unchanged++
        continue
      }
      taken.push({
        rule: toNewRule(document, { origin: 'import', importId, file }),
        document,
        replaces: record,
        warnings: problems.filter(({ severity, ruleId }) => severity === 'warning' && ruleId === id).length,
      })
    }
  }
  return { taken, refused, unchanged }
}

/** Identifies a refused document by the ids and titles that could be read. */
function refusedOf(file: string | null, problems: readonly Problem[]): Refused[] {
  const byRule = new Map<string | null, Problem[]>()
  for (const problem of problems) {
    if (problem.severity !== 'error') continue
    const same = byRule.get(problem.ruleId)
    if (same === undefined) byRule.set(problem.ruleId, [problem])
    else same.push(problem)
  }
  return [...byRule].map(([id, of]) => ({ id, title: null, file, problems: of }))
}

function refusalOf(
  { rules }: OrgRules,
  { id, hash, kind }: DocumentHead,
  { replace, seen }: { readonly replace: boolean; readonly seen: string | undefined },
): string | null {
  const name = JSON.stringify(id)
  if (seen !== undefined && seen !== hash)
    return `Another document of this import has the id ${name}; that one was taken. Give this one an id of its own.`
  const there = rules.get(id)
  if (there === undefined || there.hash === hash) return null
  if (there.origin === 'builtin')
    return `${name} is the id of a built-in rule, whose place nothing takes. Give this one another id.`
  if (!replace)
    return `There is ${there.origin === 'own' ? 'a rule of your own' : 'an imported rule'} with the id ${name}. Import with replace to put this one in its place.`
  return there.kind === kind ? null : `${name} is a ${there.kind} here and cannot become a ${kind}.`
}

/** The number of rows per statement that does not delay appends noticeably. */
const ROWS = 200

async function store(tx: Transaction, org: OrgId, taken: readonly Taken[], by: By): Promise<void> {
  for (let from = 0; from < taken.length; from += ROWS) {
    const some = taken.slice(from, from + ROWS)
    await ruleVersionStore(tx).remember(
      org,
      some.map(({ rule }) => rule),
      by.at,
    )
    await ruleStore(tx).insert(
      org,
      some.filter(({ replaces }) => replaces === null).map(({ rule }) => rule),
      by,
    )
    for (const { rule, replaces } of some) {
      if (replaces === null) continue
      if (!(await ruleStore(tx).replace(org, rule, replaces.hash, by)))
        throw await changedMeanwhile(tx, org, rule.ruleId)
    }
  }
}

/** Filters that name rules outside their import. They bind to those once an owner confirms them. */
function awaiting(
  { ruleSets, clock }: Deps<'ruleSets'>,
  { rules }: OrgRules,
  taken: readonly Taken[],
): RulesImportOut['awaiting'] {
  const at = clock.now() * 1000
  const by = { createdAt: at, createdBy: '', updatedAt: at, updatedBy: '', confirmedAt: null, confirmedBy: null }
  const records = new Map(
    [...rules.values()].flatMap(({ record }) => (record === null ? [] : [[record.ruleId, record]])),
  )
  const documents = new Map<string, { readonly document: Pick<DocumentHead, 'name' | 'kind'> | null }>(
    [...rules.values()].map(({ id, document }) => [id, { document }]),
  )
  for (const { rule, document } of taken) {
    records.set(rule.ruleId, { ...rule, ...by })
    documents.set(rule.ruleId, { document })
  }
  const directory = directoryOf([...ruleSets.builtin.values()], [...records.values()], documents)
  return taken.flatMap(({ rule, document }) => {
    const record = records.get(rule.ruleId)
    if (document.kind !== 'filter' || record === undefined) return []
    const unbound = bind(document, record, directory).filter(({ bound }) => !bound)
    if (unbound.length === 0) return []
    return [{ id: rule.ruleId, title: rule.title, rules: unbound.map(({ id, reference }) => id ?? reference) }]
  })
}
