import type { OrgId } from '@sentinelmesh/api'
import { type Expression, type SqlBool, sql } from 'kysely'
import type { Extent, Filter } from '../../../log-search.ts'
import { statements } from '../compile.ts'
import type { Plan } from '../search-plan.ts'
import type { inSlices, Scope } from '../search-slices.ts'

export function selectFound(conditions: readonly Expression<SqlBool>[]) {
  return statements.selectFrom('entries').where((eb) => eb.and([...conditions]))
}

/** How many entries there are, counted up to `most`. */
export function upTo(most: number, conditions: readonly Expression<SqlBool>[]) {
  return statements
    .selectFrom(
      selectFound(conditions)
        .select(sql<number>`1`.as('one'))
        .limit(most)
        .as('found'),
    )
    .select((eb) => eb.fn.countAll<number>().as('count'))
}

/** All that a plan is about, newest first, as counts go through it. */
export function allOf(org: OrgId, plan: Plan, range: Pick<Filter, 'from' | 'to'> = plan.filter): Scope {
  const { from, to } = range
  const filter = { ...plan.filter, from, to }
  return { org, filter, access: plan.access, order: 'newest', after: undefined, head: undefined }
}

export function extentOf(end: Awaited<ReturnType<typeof inSlices>>): Extent {
  return { incomplete: end.incomplete, stoppedAt: (end.incomplete ? end.stoppedAt : undefined) ?? null }
}

/** Of several searches over one range: down to where all of them looked. */
export function together(extents: readonly Extent[]): Extent {
  const ends = extents.filter(({ incomplete }) => incomplete).map(({ stoppedAt }) => stoppedAt)
  const [first] = ends
  if (first === undefined) return { incomplete: false, stoppedAt: null }
  const stoppedAt = ends.reduce(
    (newest, at) => (newest === null || at === null || newest.at > at.at ? at && newest : at),
    first,
  )
  return { incomplete: true, stoppedAt }
}
