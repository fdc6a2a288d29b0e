import type { OrgId } from '@sentinelmesh/api'
import type { FacetField } from '@sentinelmesh/query'
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import { LIMITS } from '../../../limits.ts'
import type { Extent, Filter } from '../../../log-search.ts'
import { statements } from '../connection/statements.ts'
import type { Plan } from './plan.ts'
import type { Scope, SearchEnd } from './slices.ts'

export function selectMatching(conditions: readonly Expression<SqlBool>[]) {
  return statements.selectFrom('entries').where((eb) => eb.and([...conditions]))
}

/** The scope of a count: everything that the plan covers, newest first. */
export function wholeScope(org: OrgId, plan: Plan, range: Pick<Filter, 'from' | 'to'> = plan.filter): Scope {
  const { from, to } = range
  const filter = { ...plan.filter, from, to }
  return { org, filter, access: plan.access, order: 'newest', after: undefined, head: undefined }
}

export function extentOf({ stopped, stoppedAt, undecided }: SearchEnd): Extent {
  return {
    incomplete: stopped || undecided.length > 0,
    stoppedAt: (stopped ? stoppedAt : undefined) ?? null,
    undecided,
  }
}

export const COMPLETE: Extent = { incomplete: false, stoppedAt: null, undecided: [] }

/** Combines the extents of several searches over one range: it ends where the first of them stopped. */
export function combined(extents: readonly Extent[]): Extent {
  const ends = extents.filter(({ incomplete }) => incomplete).map(({ stoppedAt }) => stoppedAt)
  const [first] = ends
  if (first === undefined) return COMPLETE
  const stoppedAt = ends.reduce(
    (newest, at) => (newest === null || at === null || newest.at > at.at ? at && newest : at),
    first,
  )
  return { incomplete: true, stoppedAt, undecided: [...new Set(extents.flatMap(({ undecided }) => undecided))] }
}

/** The columns of matching entries, which are selected once and then counted by each field. */
export const FACET_COLUMNS = [
  'entries.pos',
  'entries.sender',
  'entries.receiver',
  'entries.kind',
  'entries.band',
] as const

/** Queries for rows of field, value, and count, over a table `found` with `FACET_COLUMNS`. */
export function countsByField(fields: readonly FacetField[]): RawBuilder<unknown>[] {
  const most = sql.lit(LIMITS.facetValues)
  return fields.map((field) =>
    field === 'rule'
      ? sql`select * from (select 'rule' as field, rule_id as value, count(distinct matches.pos) as count
          from found cross join matches on matches.pos = found.pos where filtered_by is null
          group by rule_id order by count desc limit ${most})`
      : sql`select * from (select ${sql.lit(field)} as field, ${sql.ref(field)} as value, count(*) as count
          from found where ${sql.ref(field)} is not null group by ${sql.ref(field)} order by count desc limit ${most})`,
  )
}
