import type { LogId } from '@sentinelmesh/api'
import type { LogRemoval } from '../../../log-removal.ts'
import type { StoredRange } from '../../../log-store.ts'
import { statements } from '../connection/statements.ts'
import { type Readers, rowsOf, statement } from '../read/readers.ts'
import type { BackgroundRequest, RemovedSlice } from '../threads/protocol.ts'
import type { Writer } from '../write/writer.ts'

/** Ranges sent to the writer for one slice, which seldom finishes all of them. */
const RANGES_PER_REQUEST = 500

export function sqliteLogRemoval(writer: Pick<Writer, 'background'>, readers: Readers): LogRemoval {
  return {
    purge: (org, receivedBefore, most) => purge(writer, { org, receivedBefore, maxBytes: null, most }),

    purgeToSize: (org, maxBytes, most) =>
      purge(writer, { org, receivedBefore: Number.MAX_SAFE_INTEGER, maxBytes, most }),

    async purgeRollups(org, before) {
      let removed = 0
      for (let more = true; more;) {
        const slice = await writer.background<RemovedSlice>({ type: 'trim', org, before })
        removed += slice.removed
        ;({ more } = slice)
      }
      return removed
    },

    async findErasable(org, { session, to }, most) {
      const entries = statements
        .selectFrom('entries')
        .select(['seq', 'uid'])
        .where('org', '=', org)
        .where('seq', '<=', to)
        .limit(most)
      const [found] = await readers.forOrg(org).run('interactive', [
        // A session's entries are read in the order of their index. In the order of `seq`, the whole org would be scanned.
        statement(
          session === null
            ? entries.orderBy('seq')
            : entries.where('session', '=', session).orderBy('at').orderBy('seq'),
        ),
      ])
      return storedRanges(rowsOf<{ seq: number; uid: string }>(found))
    },

    async erase(org, ranges, { onSlice = () => {}, partial = false } = {}) {
      let removed = 0
      let left = ranges
      for (let more = left.length > 0; more;) {
        const slice = await writer.background<RemovedSlice>({
          type: 'erase',
          org,
          ranges: left.slice(0, RANGES_PER_REQUEST),
        })
        removed += slice.removed
        if (slice.removed > 0) onSlice()
        left = left.slice(slice.ranges)
        more = left.length > 0
      }
      for (let more = !partial; more;)
        ({ more } = await writer.background<RemovedSlice>({ type: 'erase', org, ranges: [] }))
      return removed
    },
  }
}

async function purge(
  writer: Pick<Writer, 'background'>,
  { most, ...what }: Omit<Extract<BackgroundRequest, { type: 'purge' }>, 'type'>,
): Promise<number> {
  let removed = 0
  for (let more = true; more && removed < most;) {
    const slice = await writer.background<RemovedSlice>({ type: 'purge', ...what, most: most - removed })
    removed += slice.removed
    ;({ more } = slice)
  }
  return removed
}

function storedRanges(entries: readonly { readonly seq: number; readonly uid: string }[]): StoredRange[] {
  const ranges: { from: number; to: number; fromId: LogId; toId: LogId }[] = []
  for (const { seq, uid } of entries.toSorted((a, b) => a.seq - b.seq)) {
    const last = ranges.at(-1)
    const id = uid as LogId
    if (last !== undefined && seq === last.to + 1) Object.assign(last, { to: seq, toId: id })
    else ranges.push({ from: seq, to: seq, fromId: id, toId: id })
  }
  return ranges
}
