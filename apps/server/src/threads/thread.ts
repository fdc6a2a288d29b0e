import { deserialize } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { DomainError } from '@sentinelmesh/api/constants'
import { JobError } from './job-error.ts'
import { LIMITS } from './limits.ts'
import type { Refusal, Reply, Request, ThreadSettings } from './protocol.ts'

/** One worker thread. It runs one job at a time. */
export interface Thread {
  /**
   * Rejects with the `DomainError` that the job threw, else with a `JobError`. The thread is gone after a deadline, after
   * it ran out of memory, and where a caller left before the end.
   */
  ask(request: Request, deadlineMs: number, signal?: AbortSignal): Promise<unknown>
  /** Resolves when no job runs: after a caller has left, its job may go on for `threadAbortMs`. */
  quiet(): Promise<void>
  /** Ends the thread and whatever runs in it. Resolves when it is gone. */
  end(outcome: JobError['outcome']): Promise<void>
  isGone(): boolean
  /** Sets whether the thread keeps the process alive. */
  hold(isHeld: boolean): void
}

export interface ThreadMemory {
  /** V8's own limit on the heap of the thread. */
  readonly heapMiB: number
  /** Bytes that a job may use, checked by `step`. It is far below V8's own limit, which can abort the process. */
  readonly jobBytes: number
}

const MEMORY: ThreadMemory = { heapMiB: LIMITS.threadHeapMiB, jobBytes: LIMITS.threadJobBytes }

interface Running {
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
  /** Called once, when the thread no longer works on it. */
  readonly stopped: () => void
}

export function startThread(
  program: URL,
  options: { readonly memory?: ThreadMemory | undefined; readonly replyBytes?: number | undefined } = {},
): Thread {
  const { memory: { heapMiB, jobBytes } = MEMORY, replyBytes = LIMITS.threadReplyBytes } = options
  const settings: ThreadSettings = { jobBytes, replyBytes }
  // The program is plain JavaScript: flags of this process, such as a loader for TypeScript, would only slow its start.
  const worker = new Worker(program, {
    execArgv: [],
    workerData: settings,
    resourceLimits: { maxOldGenerationSizeMb: heapMiB, maxYoungGenerationSizeMb: 16 },
  })
  let running: Running | undefined
  let gone: JobError | undefined
  let quiet = Promise.resolve()
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))

  const finish = (complete: (running: Running) => void): void => {
    const before = running
    running = undefined
    if (before === undefined) return
    complete(before)
    before.stopped()
  }
  const lose = (reason: JobError): JobError => {
    const why = (gone ??= reason)
    finish(({ reject }) => reject(why))
    return why
  }
  const end = (reason: JobError): Promise<void> => {
    lose(reason)
    void worker.terminate()
    return exited
  }

  const ready = new Promise<void>((resolve) => {
    const late = setTimeout(
      () => void end(new JobError('failed', `A thread did not start within ${LIMITS.threadStartMs} ms.`)),
      LIMITS.threadStartMs,
    )
    const isReady = () => {
      clearTimeout(late)
      resolve()
    }
    worker.once('message', isReady)
    worker.once('exit', isReady)
  })

  worker.on('message', (reply: Reply) => {
    switch (reply.type) {
      case 'ready':
        return
      case 'done':
        return finish(({ resolve }) => resolve(deserialize(reply.value)))
      case 'refused':
        return finish(({ reject }) => reject(toRefusal(reply.value)))
      case 'too_large':
        // Its heap is full of what the job left behind.
        return void end(new JobError('memory', reply.limit))
      case 'failed':
        return finish(({ reject }) => reject(new JobError('failed', reply.message, { cause: reply.stack })))
    }
  })
  worker.on('error', (error: Error & { readonly code?: string }) => {
    const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    lose(new JobError(isMemory ? 'memory' : 'failed', isMemory ? 'threadHeapMiB' : error.message, { cause: error }))
  })
  worker.on('exit', (code) => lose(new JobError('failed', `A thread ended with code ${code}.`)))

  return {
    async ask(request, deadlineMs, signal) {
      await ready
      if (gone !== undefined) throw gone
      signal?.throwIfAborted()
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => void end(new JobError('deadline', 'The deadline passed.')), deadlineMs)
        let left: NodeJS.Timeout | undefined
        const onAbort = () => {
          const reason = new JobError('aborted', 'The caller left.')
          left = setTimeout(() => void end(reason), LIMITS.threadAbortMs)
          reject(reason)
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        quiet = new Promise<void>((stopped) => {
          running = {
            resolve,
            reject,
            stopped() {
              clearTimeout(late)
              clearTimeout(left)
              signal?.removeEventListener('abort', onAbort)
              stopped()
            },
          }
        })
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
        worker.postMessage(request)
      })
    },
    quiet: () => quiet,
    end: (outcome) => end(new JobError(outcome, 'The thread was ended.')),
    isGone: () => gone !== undefined,
    hold: (isHeld) => (isHeld ? worker.ref() : worker.unref()),
  }
}

function toRefusal(value: Uint8Array): DomainError {
  const { code, details } = deserialize(value) as Refusal
  return new DomainError(code, details)
}
