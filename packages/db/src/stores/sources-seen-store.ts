import type { OrgId, Surface } from '@sentinelmesh/api'
import type { Kysely } from 'kysely'
import { LIMITS } from '../limits.ts'
import type { Schema } from '../schema.ts'

/** The telemetry received from a source, or from a scope without a mapper. Times are microseconds. */
export interface SourceSeen {
  readonly surface: Surface
  /** Null if the scope has no mapper. */
  readonly source: string | null
  /** The instrumentation scope; '' if `source` is set. */
  readonly scope: string
  readonly firstSeen: number
  readonly lastSeen: number
  readonly records: number
  /** Number of accepted entries, including duplicates of stored ones. */
  readonly entries: number
  readonly refused: number
  /** Entries per minute since 1970, oldest first, for the last `LIMITS.recentMinutes`. */
  readonly recent: readonly MinuteCount[]
}

export type MinuteCount = readonly [minute: number, entries: number]

/** Sums the scopes without a mapper beyond `LIMITS.unknownScopes`. A scope with this name is included. */
export const OTHER_SCOPES = '(other)'

export const sourcesSeenStore = (db: Kysely<Schema>) => ({
  /** Most recently seen first. */
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

  /** Adds to the stored sums. Needs a transaction. */
  async add(org: OrgId, seen: readonly SourceSeen[]): Promise<void> {
    const sums = new Map((await this.list(org)).map((item) => [keyOf(item), item]))
    const changed = new Set<string>()
    for (const item of seen) {
      const hasOwnRow = sums.has(keyOf(item)) || item.source !== null || unknownScopes(sums) < LIMITS.unknownScopes
      const counted = hasOwnRow ? item : { ...item, scope: OTHER_SCOPES }
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

/** Sums two rows of the same source or scope, in any order. */
export function sumOfSeen(previous: SourceSeen | undefined, { recent, ...now }: SourceSeen): SourceSeen {
  if (previous === undefined) return { ...now, recent: recentOf(recent) }
  return {
    ...now,
    firstSeen: Math.min(previous.firstSeen, now.firstSeen),
    lastSeen: Math.max(previous.lastSeen, now.lastSeen),
    records: previous.records + now.records,
    entries: previous.entries + now.entries,
    refused: previous.refused + now.refused,
    recent: recentOf([...previous.recent, ...recent]),
  }
}

function recentOf(counts: readonly MinuteCount[]): readonly MinuteCount[] {
  const byMinute = new Map<number, number>()
  for (const [minute, entries] of counts) byMinute.set(minute, (byMinute.get(minute) ?? 0) + entries)
  const from = Math.max(...byMinute.keys()) - LIMITS.recentMinutes
  return [...byMinute].filter(([minute]) => minute > from).toSorted(([a], [b]) => a - b)
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
