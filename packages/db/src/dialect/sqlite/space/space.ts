import { setTimeout as sleep } from 'node:timers/promises'
import { DomainError } from '@sentinelmesh/api/constants'
import type { Space } from '../../../space.ts'
import type { BackgroundRequest, ScrubbedSlice } from '../threads/protocol.ts'
import type { Writer } from '../write/writer.ts'

/**
 * Twice: between slices an append may split a page that was not reached yet and put the part with old copies where the
 * first pass has been.
 */
const PASSES = 2
const RETRY_MS = 50
/** So many times in a row, some seconds: whoever stops the program waits for it. */
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
          from = (await insist(writer, { type: 'scrub', from })).next
        }
    },
    async emptyLog() {
      await insist(writer, { type: 'empty-log' })
    },
  }
}

/** Until no reader stands in the way. */
async function insist(writer: Writer, request: BackgroundRequest): Promise<ScrubbedSlice> {
  for (let tries = 0; tries < RETRIES; tries++) {
    const slice = await writer.background<ScrubbedSlice>(request)
    if (slice.ready) return slice
    await sleep(RETRY_MS)
  }
  throw new DomainError('store_busy', {
    say: 'Searches or a back-up that runs did not let the log of writes be emptied. It is tried again.',
  })
}
