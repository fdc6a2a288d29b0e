import { setTimeout as sleep } from 'node:timers/promises'
import { DomainError } from '@sentinelmesh/api/constants'
import type { Space } from '../../../space.ts'
import type { BackgroundRequest, WipedSlice } from '../threads/protocol.ts'
import type { Writer } from '../write/writer.ts'

/**
 * Two passes: between slices, an append may split a page that the first pass has not reached and move a part with old
 * copies to a place that the pass has already left.
 */
const PASSES = 2
const RETRY_MS = 50
/** About three seconds, since a shutdown waits for it. */
const RETRIES = 60

export function sqliteSpace(writer: Writer): Space {
  return {
    async giveBack(signal) {
      while (!signal?.aborted && (await writer.background<boolean>({ type: 'shrink' })));
      await writer.background({ type: 'checkpoint' })
    },
    async wipe(signal) {
      for (let pass = 0; pass < PASSES; pass++)
        for (let from = 1; from > 0;) {
          signal?.throwIfAborted()
          from = (await retryUntilReady(writer, { type: 'wipe', from })).next
        }
    },
    async emptyLog() {
      await retryUntilReady(writer, { type: 'empty-log' })
    },
  }
}

/** Retries until no reader prevents the request. Throws `store_busy` after `RETRIES`. */
async function retryUntilReady(writer: Writer, request: BackgroundRequest): Promise<WipedSlice> {
  for (let tries = 0; tries < RETRIES; tries++) {
    const slice = await writer.background<WipedSlice>(request)
    if (slice.ready) return slice
    await sleep(RETRY_MS)
  }
  throw new DomainError('store_busy', {
    say: 'Searches or a back-up that runs did not let the log of writes be emptied. It is tried again.',
  })
}
