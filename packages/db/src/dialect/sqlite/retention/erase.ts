import type Sqlite from 'better-sqlite3'
import { statements } from '../connection/compile.ts'
import type { BackgroundRequest, RemovedSlice } from '../threads/protocol.ts'
import { prepareLargest } from '../rollups/largest.ts'
import { type Doomed, prepareRemoval } from './removal.ts'
import { MINUTE, type RolledUp, rollupKeys } from '../rollups/rollup-keys.ts'
import { prepareSettling } from '../rollups/settle.ts'
import { add, prepareSubtraction, type Taken } from '../rollups/subtract.ts'

type Request = Extract<BackgroundRequest, { readonly type: 'erase' }>

/** An entry that goes, with what the roll-ups know of it. */
interface Erased extends Doomed, Omit<RolledUp, 'rules'> {
  readonly at: number
}

const LOOKED_UP = 64

/**
 * Removes all entries in ranges of seq, and takes them out of the roll-ups: of what was asked to be gone no count, and
 * no name that only it had, may be left. Without ranges it settles what earlier ones have left; see `../rollups/settle.ts`.
 */
export function prepareErase(db: Sqlite.Database): (request: Request) => RemovedSlice {
  const remove = prepareRemoval(db)
  const within = db.prepare<[number, number, number, number], Erased>(
    statements
      .selectFrom('entries')
      .innerJoin('payloads', 'payloads.pos', 'entries.pos')
      .select(['entries.pos', 'seq', 'size', 'at', 'sender', 'receiver', 'kind', 'band', 'risk'])
      .where('org', '=', 0)
      .where('seq', '>=', 0)
      .where('seq', '<=', 0)
      .orderBy('seq')
      .limit(LOOKED_UP)
      .compile().sql,
  )
  const rulesOf = db
    .prepare<[number], string>(
      statements.selectFrom('matches').select('rule_id').where('pos', '=', 0).where('filtered_by', 'is', null).compile()
        .sql,
    )
    .pluck(true)
  const largest = prepareLargest(db)
  const subtraction = prepareSubtraction(db, largest)
  const settling = prepareSettling(db, largest, subtraction)

  return ({ org, ranges }) => {
    if (ranges.length === 0) return { removed: 0, bytes: 0, ranges: 0, more: settling.settle(org) }
    settling.forget()
    const taken = new Map<string, Taken>()
    const found = new Map<number, Erased>()
    let range = 0
    const slice = remove({
      org,
      reason: 'erased',
      next() {
        for (; range < ranges.length; range++) {
          const { from, to } = ranges[range] ?? { from: 1, to: 0 }
          const entries = within.all(org, from, to, LOOKED_UP)
          for (const entry of entries) found.set(entry.pos, entry)
          if (entries.length > 0) return entries
        }
        return []
      },
      before({ pos }) {
        const entry = found.get(pos)
        if (entry !== undefined) take(taken, entry, rulesOf.all(pos))
      },
      finish: () => subtraction.subtract(org, taken.values()),
    })
    return { ...slice, ranges: range }
  }
}

function take(taken: Map<string, Taken>, entry: Erased, rules: readonly string[]): void {
  const minute = Math.floor(entry.at / MINUTE)
  const { risk } = entry
  for (const [dimension, key] of rollupKeys({ ...entry, rules }))
    add(taken, { dimension, minute, key, count: 1, riskSum: risk, riskMax: risk })
}
