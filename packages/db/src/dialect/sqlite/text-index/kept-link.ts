import { setTimeout as sleep } from 'node:timers/promises'
import { LIMITS } from '../../../limits.ts'
import type { WorkerLink } from '../threads/worker-link.ts'

/** A link whose thread is started again when it is gone; what is asked meanwhile is refused. */
export type KeptLink<Request> = Pick<WorkerLink<Request>, 'ask' | 'failure' | 'close'>

export interface Pauses {
  readonly firstMs: number
  readonly mostMs: number
  /** After a thread that lived for so long the pauses begin anew. */
  readonly steadyMs: number
}

const PAUSES: Pauses = {
  firstMs: LIMITS.textRestartMs,
  mostMs: LIMITS.textRestartMostMs,
  steadyMs: LIMITS.textRestartMostMs,
}

/**
 * What ended a thread will often end the next one too, so each pause is twice as long as the one before, up to the longest.
 * `onEnd` is told each time. Throws when the first one cannot be opened.
 */
export async function keepOpen<Request>(
  open: () => Promise<WorkerLink<Request>>,
  onEnd: (reason: string, againInMs: number) => void,
  { firstMs, mostMs, steadyMs }: Pauses = PAUSES,
): Promise<KeptLink<Request>> {
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
