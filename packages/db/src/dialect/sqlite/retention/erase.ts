import type Sqlite from 'better-sqlite3'
import { statements } from '../connection/statements.ts'
import { addDecrement, type Decrement, prepareDecrement } from '../rollups/decrement.ts'
import { prepareMaxRiskScan } from '../rollups/max-risk-scan.ts'
import { prepareMaxRecompute } from '../rollups/recompute-max.ts'
import { MINUTE, type RolledUp, rollupKeys } from '../rollups/rollup-keys.ts'
import type { BackgroundRequest, RemovedSlice } from '../threads/protocol.ts'
import { prepareRemoval, type RemovableEntry } from './removal.ts'

type Request = Extract<BackgroundRequest, { readonly type: 'erase' }>

/** An entry to erase, with the fields that roll-ups count. */
interface ErasableEntry extends RemovableEntry, Omit<RolledUp, 'rules'> {
  readonly at: number
}

const ENTRIES_PER_LOOKUP = 64

/**
 * Removes all entries in ranges of `seq` and decrements the roll-ups by them: an erasure must leave no count, and no name
 * that only an erased entry had. Without ranges, a call recomputes maxima that earlier calls left stale; see
 * `../rollups/recompute-max.ts`.
 */
export function prepareErase(db: Sqlite.Database): (request: Request) => RemovedSlice {
  const remove = prepareRemoval(db)
  const within = db.prepare<[number, number, number, number], ErasableEntry>(
    statements
      .selectFrom('entries')
      .innerJoin('payloads', 'payloads.pos', 'entries.pos')
      .select(['entries.pos', 'seq', 'size', 'at', 'sender', 'receiver', 'kind', 'band', 'risk'])
      .where('org', '=', 0)
      .where('seq', '>=', 0)
      .where('seq', '<=', 0)
      .orderBy('seq')
      .limit(ENTRIES_PER_LOOKUP)
      .compile().sql,
  )
  const rulesOf = db
    .prepare<[number], string>(
      statements.selectFrom('matches').select('rule_id').where('pos', '=', 0).where('filtered_by', 'is', null).compile()
        .sql,
    )
    .pluck(true)
  const scan = prepareMaxRiskScan(db)
  const rollups = prepareDecrement(db, scan)
  const maxima = prepareMaxRecompute(db, scan, rollups)

  return ({ org, ranges }) => {
    if (ranges.length === 0) return { removed: 0, bytes: 0, ranges: 0, more: maxima.recompute(org) }
    maxima.reset()
    const decrements = new Map<string, Decrement>()
    const found = new Map<number, ErasableEntry>()
    let range = 0
    const slice = remove({
      org,
      reason: 'erased',
      next() {
        for (; range < ranges.length; range++) {
          const { from, to } = ranges[range] ?? { from: 1, to: 0 }
          const entries = within.all(org, from, to, ENTRIES_PER_LOOKUP)
          for (const entry of entries) found.set(entry.pos, entry)
          if (entries.length > 0) return entries
        }
        return []
      },
      beforeDelete({ pos }) {
        const entry = found.get(pos)
        if (entry !== undefined) addDecrements(decrements, entry, rulesOf.all(pos))
      },
      afterDelete: () => rollups.decrement(org, decrements.values()),
    })
    return { ...slice, ranges: range }
  }
}

function addDecrements(decrements: Map<string, Decrement>, entry: ErasableEntry, rules: readonly string[]): void {
  const minute = Math.floor(entry.at / MINUTE)
  const { risk } = entry
  for (const [dimension, key] of rollupKeys({ ...entry, rules }))
    addDecrement(decrements, { dimension, minute, key, count: 1, riskSum: risk, riskMax: risk })
}
