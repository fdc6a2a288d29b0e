import type { OrgId, Surface } from '@sentinelmesh/api'
import type { Kysely } from 'kysely'
import { LIMITS } from '../limits.ts'
import type { Schema } from '../schema.ts'

/** What has come from a source, or from a scope that no mapper knows. Instants in microseconds. */
export interface SourceSeen {
  readonly surface: Surface
  /** Null: no mapper knows the scope. */
  readonly source: string | null
  /** Of the instrumentation; '' where there is a source. */
  readonly scope: string
  readonly firstSeen: number
  readonly lastSeen: number
  readonly records: number
  /** Those that are stored, also where they had been before. */
  readonly entries: number
  readonly refused: number
  /** Entries by minutes since 1970, oldest first, of the last `LIMITS.recentMinutes`. */
  readonly recent: readonly MinuteCount[]
}

export type MinuteCount = readonly [minute: number, entries: number]

/** Together, where there are more scopes that no mapper knows than are told apart. A scope of this name counts here too. */
export const OTHER_SCOPES = '(other)'

export const sourcesSeenStore = (db: Kysely<Schema>) => ({
  /** The last seen first. */
  async list(org: OrgId): Promise<SourceSeen[]> {
    const rows = await db
      .selectFrom('sources_seen')
      .selectAll()
      .where('org', '=', org)
      .orderBy('last_seen', 'desc')
      .orderBy('source')
      .orderBy('scope')
      .execute()
    return rows.map(toSeen)
  },

  /** Adds to what was seen before. Within a transaction. */
  async add(org: OrgId, seen: readonly SourceSeen[]): Promise<void> {
    const sums = new Map((await this.list(org)).map((one) => [keyOf(one), one]))
    const changed = new Set<string>()
    for (const one of seen) {
      const room = sums.has(keyOf(one)) || one.source !== null || unknownScopes(sums) < LIMITS.unknownScopes
      const counted = room ? one : { ...one, scope: OTHER_SCOPES }
      const key = keyOf(counted)
      sums.set(key, sumOfSeen(sums.get(key), counted))
      changed.add(key)
    }
    const rows = [...changed].flatMap((key) => toRow(org, sums.get(key)))
    if (rows.length === 0) return
    await db
      .insertInto('sources_seen')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['org', 'surface', 'source', 'scope']).doUpdateSet((eb) => ({
          first_seen: eb.ref('excluded.first_seen'),
          last_seen: eb.ref('excluded.last_seen'),
          records: eb.ref('excluded.records'),
          entries: eb.ref('excluded.entries'),
          refused: eb.ref('excluded.refused'),
          recent: eb.ref('excluded.recent'),
        })),
      )
      .execute()
  },
})

const keyOf = ({ surface, source, scope }: SourceSeen) => JSON.stringify([surface, source, scope])

function unknownScopes(sums: ReadonlyMap<string, SourceSeen>): number {
  return [...sums.values()].filter(({ source, scope }) => source === null && scope !== OTHER_SCOPES).length
}

/** Of the same source, or scope, in any order. */
export function sumOfSeen(before: SourceSeen | undefined, { recent, ...now }: SourceSeen): SourceSeen {
  if (before === undefined) return { ...now, recent: recentOf(recent) }
  return {
    ...now,
    firstSeen: Math.min(before.firstSeen, now.firstSeen),
    lastSeen: Math.max(before.lastSeen, now.lastSeen),
    records: before.records + now.records,
    entries: before.entries + now.entries,
    refused: before.refused + now.refused,
    recent: recentOf([...before.recent, ...recent]),
  }
}

function recentOf(counts: readonly MinuteCount[]): readonly MinuteCount[] {
  const byMinute = new Map<number, number>()
  for (const [minute, entries] of counts) byMinute.set(minute, (byMinute.get(minute) ?? 0) + entries)
  const from = Math.max(...byMinute.keys()) - LIMITS.recentMinutes
  return [...byMinute].filter(([minute]) => minute > from).toSorted(([one], [other]) => one - other)
}

function toSeen(row: Schema['sources_seen']): SourceSeen {
  return {
    surface: row.surface as Surface,
    source: row.source === '' ? null : row.source,
    scope: row.scope,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    records: row.records,
    entries: row.entries,
    refused: row.refused,
    recent: JSON.parse(row.recent) as MinuteCount[],
  }
}

function toRow(org: OrgId, seen: SourceSeen | undefined): Schema['sources_seen'][] {
  if (seen === undefined) return []
  const { surface, source, scope, records, entries, refused, recent } = seen
  return [
    {
      org,
      surface,
      source: source ?? '',
      scope,
      first_seen: seen.firstSeen,
      last_seen: seen.lastSeen,
      records,
      entries,
      refused,
      recent: JSON.stringify(recent),
    },
  ]
}
