import type { OrgId, Seq } from '@sentinelmesh/api'
import type { Ast } from '@sentinelmesh/query'
import { type Expression, type SqlBool, sql } from 'kysely'
import { LIMITS } from '../../limits.ts'
import type { Filter } from '../../log-search.ts'
import { statements } from './compile.ts'
import { headOf, selectHead } from './log-store.ts'
import { type Readers, rowsOf, statement } from './readers.ts'

/** How a search gets at its entries, decided by counts that the planner does not have. */
export interface Plan {
  /** The org's head and number of entries when the search began. */
  readonly head: Seq
  readonly entries: number
  /** What a least risk and a rule come to as conditions; beside what the filter says otherwise. */
  readonly conditions: readonly Expression<SqlBool>[]
  /** The filter without a least risk: that is in `conditions`. */
  readonly filter: Filter
}

/**
 * Few entries of such a risk, or of a rule: they are fetched by its index and sorted. Many: the entries are gone through
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
  const asked = [selectHead(org), ...riskCount, ...ruleCount].map((query) => statement(query))
  const [headRow, ...counts] = await readers.run('interactive', asked)
  const risky = counts[0]
  const ruled = counts[riskCount.length]
  const isFew = (result: Parameters<typeof rowsOf>[0]) =>
    (rowsOf<{ count: number }>(result)[0]?.count ?? 0) < LIMITS.searchSorted

  const conditions: Expression<SqlBool>[] = []
  // A plus keeps an index from being used.
  if (minRisk !== undefined)
    conditions.push(isFew(risky) || !inOrder ? sql`entries.risk >= ${minRisk}` : sql`+entries.risk >= ${minRisk}`)
  if (rule !== undefined && isFew(ruled))
    conditions.push(
      sql`entries.seq in (select seq from matches where org = ${org} and rule_id = ${rule} and filtered_by is null)`,
    )
  const { seq, entries } = headOf(headRow)
  return { head: seq, entries, conditions, filter }
}

function atMost(query: ReturnType<typeof statements.selectFrom<'entries' | 'matches'>>) {
  return statements
    .selectFrom(
      query
        .select(sql<number>`1`.as('one'))
        .limit(LIMITS.searchSorted)
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
