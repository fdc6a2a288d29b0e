import { setTimeout as sleep } from 'node:timers/promises'
import { LIMITS } from '../../../limits.ts'
import type { WorkerLink } from '../threads/worker-link.ts'

/** A link that restarts its thread when the thread ends. Requests are rejected meanwhile. */
export type RestartingLink<Request> = Pick<WorkerLink<Request>, 'ask' | 'failure' | 'close'>

export interface Pauses {
  readonly firstMs: number
  readonly mostMs: number
  /** A thread that ran this long resets the pause to `firstMs`. */
  readonly steadyMs: number
}

const PAUSES: Pauses = {
  firstMs: LIMITS.textRestartMs,
  mostMs: LIMITS.textRestartMostMs,
  steadyMs: LIMITS.textRestartMostMs,
}

/**
 * Restarts with exponential backoff, since the cause that ended a thread often ends the next one too. Calls `onEnd` each
 * time. Throws if the first thread cannot be started.
 */
export async function openRestartingLink<Request>(
  open: () => Promise<WorkerLink<Request>>,
  onEnd: (reason: string, againInMs: number) => void,
  { firstMs, mostMs, steadyMs }: Pauses = PAUSES,
): Promise<RestartingLink<Request>> {
  const stop = new AbortController()
  const { signal } = stop
  let pauseMs = firstMs
  let reopening: Promise<void> = Promise.resolve()
  let link = await open()

  const reopen = async (reason: string): Promise<void> => {
    for (let why = reason; !signal.aborted;) {
      onEnd(why, pauseMs)
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined)
      if (signal.aborted) return
      pauseMs = Math.min(pauseMs * 2, mostMs)
      try {
        link = await open()
        void watch(link)
        return
      } catch (error) {
        why = error instanceof Error ? error.message : String(error)
      }
    }
  }
  const watch = async ({ ended }: WorkerLink<Request>): Promise<void> => {
    const began = performance.now()
    const reason = await ended
    if (performance.now() - began >= steadyMs) pauseMs = firstMs
    reopening = reopen(reason)
  }
  void watch(link)

  return {
    ask: (request) => link.ask(request),
    failure: () => link.failure(),
    async close() {
      stop.abort()
      await reopening
      await link.close()
    },
  }
}
