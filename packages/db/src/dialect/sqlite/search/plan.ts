import type { OrgId, Seq } from '@sentinelmesh/api'
import { type Ast, textNeeds, timeBounds } from '@sentinelmesh/query'
import { linearRegexNeeds } from '@sentinelmesh/query/regex'
import { type Expression, type SqlBool, sql } from 'kysely'
import { LIMITS } from '../../../limits.ts'
import type { Filter } from '../../../log-search.ts'
import { statements } from '../connection/statements.ts'
import { headOf, selectHead } from '../log/head.ts'
import { type Readers, rowsOf, statement } from '../read/readers.ts'
import { type Candidates, findCandidates, positionsOf } from '../text-index/candidates.ts'
import { matchOf } from '../text-index/text.ts'

/** How a search gets at its entries, decided by counts that the planner does not have. */
export interface Plan {
  /** Where it was made of what the full-text index knows: the org's head then. What is above it is not looked at. */
  readonly head: Seq | undefined
  readonly access: Access
  /** The filter without a least risk: that is in `access`. */
  readonly filter: Filter
}

/** What a least risk, a rule and texts come to, beside what the filter says otherwise. */
export interface Access {
  readonly conditions: readonly Expression<SqlBool>[]
  /** No others can be meant: they are sorted, and gone through in that order. */
  readonly positions?: readonly number[]
  /** Where no order is needed: what to go through instead of the whole log. */
  readonly candidates?: Candidates
}

/**
 * Few entries of such a risk, of a rule, or that may hold a text: they are fetched by its index and sorted. Many: the entries are gone through
 * in the order of time, where many of them are soon found, and sorting all of them would take longer than that.
 * `inOrder` is false for what needs no order, such as a count: its index is then the best for many as well.
 */
export async function planSearch(readers: Readers, org: OrgId, given: Filter, inOrder: boolean): Promise<Plan> {
  const { minRisk, ...filter } = risksApart(given)
  const rule = requiredRule(filter.query)
  const riskCount =
    minRisk === undefined
      ? []
      : [atMost(statements.selectFrom('entries').where('org', '=', org).where('risk', '>=', minRisk))]
  const ruleCount =
    rule === undefined
      ? []
      : [
          atMost(
            statements
              .selectFrom('matches')
              .where('org', '=', org)
              .where('rule_id', '=', rule)
              .where('filtered_by', 'is', null),
          ),
        ]
  const match = matchFor(filter)
  const texts = match === null ? [] : [selectHead(org), firstOf(org), ...inTimeCount(org, filter)]
  const asked = [...riskCount, ...ruleCount, ...texts].map((query) => statement(query))
  const counts = asked.length === 0 ? [] : await readers.run('interactive', asked)
  const risky = counts[0]
  const ruled = counts[riskCount.length]
  const isFew = (result: Parameters<typeof rowsOf>[0], bound: number = LIMITS.searchSorted) =>
    (rowsOf<{ count: number }>(result)[0]?.count ?? 0) < bound

  const conditions: Expression<SqlBool>[] = []
  // A plus keeps an index from being used.
  if (minRisk !== undefined) conditions.push(...atLeast(minRisk, isFew(risky), inOrder))
  if (rule !== undefined && isFew(ruled))
    conditions.push(
      sql`entries.seq in (select seq from matches where org = ${org} and rule_id = ${rule} and filtered_by is null)`,
    )
  const [headRow, first, inTime] = counts.slice(riskCount.length + ruleCount.length)
  // Few of a time are looked at one by one, by its index.
  if (match === null || (inTime !== undefined && isFew(inTime, LIMITS.searchCandidates)))
    return { head: undefined, access: { conditions }, filter }
  const { seq } = headOf(headRow)
  const plan: Plan = { head: seq, access: { conditions }, filter }
  const range = { from: rowsOf<{ first: number | null }>(first)[0]?.first ?? seq + 1, to: seq }
  const most = inOrder ? LIMITS.searchCandidates : LIMITS.searchCandidatesUnordered
  const candidates = await findCandidates(readers, org, { match, range, most })
  if (candidates === null) return plan
  const positions = positionsOf(candidates, LIMITS.searchCandidates)
  if (positions !== null) return { ...plan, access: { conditions, positions } }
  if (!inOrder) return { ...plan, access: { conditions, candidates } }
  const unseen = notYetIndexed(candidates)
  return unseen === null ? plan : { ...plan, access: { conditions: [...conditions, unseen] } }
}

/** The query's texts as a question to their index; null where it cannot help. */
function matchFor({ query }: Filter): string | null {
  if (query === undefined) return null
  const { start, end } = query
  const of = required(query).filter((clause) => !isSeekable(clause))
  const need = textNeeds({ type: 'and', of, start, end }, linearRegexNeeds)
  return need === null ? null : matchOf(need)
}

/** A sender as a whole has an index by time; that of texts would name all of its entries first, in no order. */
function isSeekable(clause: Ast): boolean {
  return clause.type === 'text' && clause.field === 'sender' && clause.value.type === 'exact'
}

function firstOf(org: OrgId) {
  return statements
    .selectFrom('entries')
    .select((eb) => eb.fn.min('seq').as('first'))
    .where('org', '=', org)
}

/** How many entries there are in the time that is asked about, where it has a beginning. */
function inTimeCount(org: OrgId, { query, from, to, now }: Filter) {
  const bounds = required(query).flatMap((clause) =>
    clause.type === 'time' && clause.field === 'at' ? [timeBounds(clause.test, now)] : [],
  )
  const begins = [from, ...bounds.map((bound) => bound.from)].filter((at) => at !== undefined && at !== null)
  const ends = [to, ...bounds.map(({ before }) => before)].filter((at) => at !== undefined && at !== null)
  if (begins.length === 0) return []
  const entries = statements
    .selectFrom('entries')
    .where('org', '=', org)
    .where('at', '>=', Math.max(...begins))
  return [atMost(ends.length === 0 ? entries : entries.where('at', '<', Math.min(...ends)), LIMITS.searchCandidates)]
}

/**
 * Too many are not indexed to be sorted, such as after a flood: of all entries, in the order of time, those are passed over
 * of which the index knows better, before their payloads are read. Null where what is not indexed lies all over.
 */
function notYetIndexed({ seqs, unknown }: Candidates): Expression<SqlBool> | null {
  if (unknown.length > LIMITS.searchGaps) return null
  const gaps = unknown.map(({ from, to }) => sql`+entries.seq between ${from} and ${to}`)
  return sql`(${sql.join([...gaps, sql`+entries.seq in (select value from json_each(${JSON.stringify(seqs)}))`], sql` or `)})`
}

/** Where the entries with an index of their own begin: `entries_risky`, which has the order of time. */
const RISKY = 60

function atLeast(minRisk: number, areFew: boolean, inOrder: boolean): Expression<SqlBool>[] {
  if (!inOrder || (areFew && minRisk !== RISKY)) return [sql`entries.risk >= ${minRisk}`]
  // Written as the index has it, or it is not used.
  const risky = sql<SqlBool>`+entries.risk >= ${sql.lit(RISKY)}`
  if (minRisk === RISKY) return [risky]
  return [...(minRisk > RISKY ? [risky] : []), sql`+entries.risk >= ${minRisk}`]
}

function atMost(
  query: ReturnType<typeof statements.selectFrom<'entries' | 'matches'>>,
  most: number = LIMITS.searchSorted,
) {
  return statements
    .selectFrom(
      query
        .select(sql<number>`1`.as('one'))
        .limit(most)
        .as('found'),
    )
    .select((eb) => eb.fn.countAll<number>().as('count'))
}

/** What must hold for all that is found. */
function required(query: Ast | undefined): readonly Ast[] {
  if (query === undefined) return []
  return query.type === 'and' ? query.of : [query]
}

/** `risk>=60` in the query means the same as the filter's least risk. */
function risksApart(filter: Filter): Filter {
  const clauses = required(filter.query)
  const rest: Ast[] = []
  let { minRisk } = filter
  for (const clause of clauses) {
    const least = leastRisk(clause)
    if (least === undefined) rest.push(clause)
    else minRisk = Math.max(minRisk ?? 0, least)
  }
  if (filter.query === undefined || rest.length === clauses.length) return filter
  const { start, end } = filter.query
  return { ...filter, minRisk, query: rest.length === 0 ? undefined : { type: 'and', of: rest, start, end } }
}

function leastRisk(clause: Ast): number | undefined {
  if (clause.type !== 'number' || clause.test.type !== 'compare') return undefined
  if (clause.test.op === '>=') return clause.test.value
  // Risks are whole numbers.
  return clause.test.op === '>' ? Math.floor(clause.test.value) + 1 : undefined
}

function requiredRule(query: Ast | undefined): string | undefined {
  for (const clause of required(query))
    if (clause.type === 'text' && clause.field === 'rule' && clause.value.type === 'exact') return clause.value.text
  return undefined
}
