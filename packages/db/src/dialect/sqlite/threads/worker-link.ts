import { Worker } from 'node:worker_threads'
import { DomainError } from '@sentinelmesh/api/constants'
import { isDamage, sayFailure, StoreFileError, type StoreFileReason, toError } from '../connection/errors.ts'
import type { Reply, WorkerSettings } from './protocol.ts'

/** The main thread's side of a worker. Requests are worked off in order; each `ask` ends with its own reply. */
export interface WorkerLink<Request> {
  /** Rejects with what the worker failed with, `store_failed` where the disk or the thread is at fault. */
  ask<Value>(request: Request): Promise<Value>
  /** Why the thread is gone, although nobody closed it. It does not come back by itself. */
  failure(): string | null
  /** Resolves, with what `failure` says, when that happens. */
  readonly ended: Promise<string>
  /** A sentence once the thread has met a damaged file; from then on to the end. */
  damage(): string | null
  /** After all that was asked before. */
  close(): Promise<void>
}

/** Throws `StoreFileError` when the worker refuses the file. */
export async function openLink<Request extends { readonly type: string }>(
  program: URL,
  settings: WorkerSettings,
): Promise<WorkerLink<Request | { readonly type: 'close' }>> {
  const waiting: { resolve: (value: never) => void; reject: (reason: Error) => void }[] = []
  let first = 0
  let closing = false
  let ended: DomainError | undefined
  let damage: string | null = null
  let tellEnd: (reason: string) => void = () => {}
  const wasEnded = new Promise<string>((resolve) => {
    tellEnd = resolve
  })

  // The program is plain JavaScript: flags of this process, such as a loader for TypeScript, would only slow its start.
  const worker = new Worker(program, { workerData: settings, execArgv: [] })

  const receive = () => new Promise<never>((resolve, reject) => waiting.push({ resolve, reject }))
  const next = () => {
    const oldest = waiting[first]
    if (oldest === undefined) return undefined
    first++
    if (first === waiting.length) {
      waiting.length = 0
      first = 0
    }
    return oldest
  }
  worker.on('message', (reply: Reply<never>) => {
    const oldest = next()
    if (reply.ok) oldest?.resolve(reply.value)
    else {
      if (isDamage(reply.failure)) damage ??= sayFailure(reply.failure)
      oldest?.reject(toError(reply.failure))
    }
  })
  const end = (cause: unknown) => {
    if (ended === undefined) {
      ended = new DomainError('store_failed', {}, { cause })
      if (!closing) tellEnd(sayEnd(cause))
    }
    for (let oldest = next(); oldest !== undefined; oldest = next()) oldest.reject(ended)
  }
  worker.on('error', end)
  worker.on('exit', (code) => end(new Error(`it ended with code ${code}`)))

  const ask = <Value>(request: Request | { readonly type: 'close' }): Promise<Value> => {
    if (ended !== undefined) return Promise.reject(ended)
    const reply = receive()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage(request)
    return reply
  }

  try {
    await receive()
  } catch (error) {
    await worker.terminate()
    throw asFileError(error)
  }
  return {
    ask,
    failure: () => (ended === undefined || closing ? null : sayEnd(ended.cause)),
    ended: wasEnded,
    damage: () => damage,
    close: async () => {
      if (ended !== undefined) return
      closing = true
      const exited = new Promise((resolve) => worker.once('exit', resolve))
      await ask({ type: 'close' })
      await exited
    },
  }
}

function sayEnd(cause: unknown): string {
  return `A thread of the database is gone (${cause instanceof Error ? cause.message : String(cause)}).`
}

const REASONS: readonly string[] = ['foreign', 'corrupted', 'schema_too_new', 'unusable'] satisfies StoreFileReason[]

function asFileError(error: unknown): unknown {
  const { code, message } = error as { readonly code?: string; readonly message: string }
  if (code !== undefined && REASONS.includes(code)) return new StoreFileError(code as StoreFileReason, message)
  const cause = error instanceof DomainError ? error.cause : error
  return new StoreFileError(
    'unusable',
    `The database cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`,
  )
}
