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

/** How a search reaches its entries. The decision uses counts that SQLite's planner does not have. */
export interface Plan {
  /** The org's head when the full-text index was consulted, if it was. The search ignores entries above it. */
  readonly head: Seq | undefined
  readonly access: Access
  /** Excludes the minimum risk, which is part of `access`. */
  readonly filter: Filter
}

/** How to apply the minimum risk, a rule, and texts. The filter's other conditions apply in addition. */
export interface Access {
  readonly conditions: readonly Expression<SqlBool>[]
  /** The seqs of the only entries that can match. The search sorts them and visits them in that order. */
  readonly positions?: readonly number[]
  /** The entries to visit instead of the whole log, if the search needs no order. */
  readonly candidates?: Candidates
}

/**
 * If few entries have the minimum risk, match the rule, or may contain the text, the search fetches them by that index
 * and sorts them. If there are many, it visits the entries in time order, because it soon finds enough of them and
 * sorting them all would take longer. `needsOrder` is false for searches such as counts, which always use the index.
 */
export async function planSearch(readers: Readers, org: OrgId, given: Filter, needsOrder: boolean): Promise<Plan> {
  const { minRisk, ...filter } = extractMinRisk(given)
  const rule = requiredRule(filter.query)
  const riskCount =
    minRisk === undefined
      ? []
      : [countUpTo(statements.selectFrom('entries').where('org', '=', org).where('risk', '>=', minRisk))]
  const ruleCount =
    rule === undefined
      ? []
      : [
          countUpTo(
            statements
              .selectFrom('matches')
              .where('org', '=', org)
              .where('rule_id', '=', rule)
              .where('filtered_by', 'is', null),
          ),
        ]
  const match = matchFor(filter)
  const texts = match === null ? [] : [selectHead(org), firstSeq(org), ...countInRange(org, filter)]
  const countQueries = [...riskCount, ...ruleCount, ...texts].map((query) => statement(query))
  const counts = countQueries.length === 0 ? [] : await readers.run('interactive', countQueries)
  const risky = counts[0]
  const ruleMatches = counts[riskCount.length]
  const isFew = (result: Parameters<typeof rowsOf>[0], bound: number = LIMITS.searchSorted) =>
    (rowsOf<{ count: number }>(result)[0]?.count ?? 0) < bound

  const conditions: Expression<SqlBool>[] = []
  if (minRisk !== undefined) conditions.push(...riskConditions(minRisk, isFew(risky), needsOrder))
  if (rule !== undefined && isFew(ruleMatches))
    conditions.push(
      sql`entries.seq in (select seq from matches where org = ${org} and rule_id = ${rule} and filtered_by is null)`,
    )
  const [headRow, first, inRange] = counts.slice(riskCount.length + ruleCount.length)
  // A time range with few entries needs no full-text index: the search reads all of them by the time index.
  if (match === null || (inRange !== undefined && isFew(inRange, LIMITS.searchCandidates)))
    return { head: undefined, access: { conditions }, filter }
  const { seq } = headOf(headRow)
  const plan: Plan = { head: seq, access: { conditions }, filter }
  const range = { from: rowsOf<{ first: number | null }>(first)[0]?.first ?? seq + 1, to: seq }
  const limit = needsOrder ? LIMITS.searchCandidates : LIMITS.searchCandidatesUnordered
  const candidates = await findCandidates(readers, org, { match, range, most: limit })
  if (candidates === null) return plan
  const positions = positionsOf(candidates, LIMITS.searchCandidates)
  if (positions !== null) return { ...plan, access: { conditions, positions } }
  if (!needsOrder) return { ...plan, access: { conditions, candidates } }
  const unseen = notYetIndexed(candidates)
  return unseen === null ? plan : { ...plan, access: { conditions: [...conditions, unseen] } }
}

/** The query's texts as a full-text match expression. Null if the full-text index cannot narrow the search. */
function matchFor({ query }: Filter): string | null {
  if (query === undefined) return null
  const { start, end } = query
  const of = requiredClauses(query).filter((clause) => !isSeekable(clause))
  const need = textNeeds({ type: 'and', of, start, end }, linearRegexNeeds)
  return need === null ? null : matchOf(need)
}

/** An exact sender has its own index in time order. The full-text index would list all of its entries, unordered. */
function isSeekable(clause: Ast): boolean {
  return clause.type === 'text' && clause.field === 'sender' && clause.value.type === 'exact'
}

function firstSeq(org: OrgId) {
  return statements
    .selectFrom('entries')
    .select((eb) => eb.fn.min('seq').as('first'))
    .where('org', '=', org)
}

/** A query that counts the entries in the filter's time range. Empty if the range has no start. */
function countInRange(org: OrgId, { query, from, to, now }: Filter) {
  const bounds = requiredClauses(query).flatMap((clause) =>
    clause.type === 'time' && clause.field === 'at' ? [timeBounds(clause.test, now)] : [],
  )
  const begins = [from, ...bounds.map((bound) => bound.from)].filter((at) => at !== undefined && at !== null)
  const ends = [to, ...bounds.map(({ before }) => before)].filter((at) => at !== undefined && at !== null)
  if (begins.length === 0) return []
  const entries = statements
    .selectFrom('entries')
    .where('org', '=', org)
    .where('at', '>=', Math.max(...begins))
  return [countUpTo(ends.length === 0 ? entries : entries.where('at', '<', Math.min(...ends)), LIMITS.searchCandidates)]
}

/**
 * For when too many entries are unindexed to be sorted, as after a burst of writes. The search visits all entries in
 * time order and skips those that the index rules out before it reads their payloads. Null if there are too many gaps.
 */
function notYetIndexed({ seqs, unknown }: Candidates): Expression<SqlBool> | null {
  if (unknown.length > LIMITS.searchGaps) return null
  const gaps = unknown.map(({ from, to }) => sql`+entries.seq between ${from} and ${to}`)
  return sql`(${sql.join([...gaps, sql`+entries.seq in (select value from json_each(${JSON.stringify(seqs)}))`], sql` or `)})`
}

/** The lowest risk in the partial index `entries_risky`, which is in time order. */
const RISKY = 60

/** A unary plus keeps SQLite from using an index on that column. */
function riskConditions(minRisk: number, areFew: boolean, needsOrder: boolean): Expression<SqlBool>[] {
  if (!needsOrder || (areFew && minRisk !== RISKY)) return [sql`entries.risk >= ${minRisk}`]
  // SQLite uses the partial index only if the condition is written exactly as in the index.
  const risky = sql<SqlBool>`+entries.risk >= ${sql.lit(RISKY)}`
  if (minRisk === RISKY) return [risky]
  return [...(minRisk > RISKY ? [risky] : []), sql`+entries.risk >= ${minRisk}`]
}

/** Counts the rows of a query, up to `limit`. */
export function countUpTo(
  query: ReturnType<typeof statements.selectFrom<'entries' | 'matches'>>,
  limit: number = LIMITS.searchSorted,
) {
  return statements
    .selectFrom(
      query
        .select(sql<number>`1`.as('one'))
        .limit(limit)
        .as('found'),
    )
    .select((eb) => eb.fn.countAll<number>().as('count'))
}

/** The clauses that every matching entry must satisfy. */
function requiredClauses(query: Ast | undefined): readonly Ast[] {
  if (query === undefined) return []
  return query.type === 'and' ? query.of : [query]
}

/** Moves clauses such as `risk>=60` from the query to `minRisk`, which means the same. */
function extractMinRisk(filter: Filter): Filter {
  const clauses = requiredClauses(filter.query)
  const rest: Ast[] = []
  let { minRisk } = filter
  for (const clause of clauses) {
    const least = minRiskOf(clause)
    if (least === undefined) rest.push(clause)
    else minRisk = Math.max(minRisk ?? 0, least)
  }
  if (filter.query === undefined || rest.length === clauses.length) return filter
  const { start, end } = filter.query
  return { ...filter, minRisk, query: rest.length === 0 ? undefined : { type: 'and', of: rest, start, end } }
}

function minRiskOf(clause: Ast): number | undefined {
  if (clause.type !== 'number' || clause.test.type !== 'compare') return undefined
  if (clause.test.op === '>=') return clause.test.value
  // Risks are integers.
  return clause.test.op === '>' ? Math.floor(clause.test.value) + 1 : undefined
}

function requiredRule(query: Ast | undefined): string | undefined {
  for (const clause of requiredClauses(query))
    if (clause.type === 'text' && clause.field === 'rule' && clause.value.type === 'exact') return clause.value.text
  return undefined
}
