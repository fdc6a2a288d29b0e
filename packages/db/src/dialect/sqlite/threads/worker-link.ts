import { Worker } from 'node:worker_threads'
import { DomainError } from '@sentinelmesh/api/constants'
import { isDamage, sayFailure, StoreFileError, type StoreFileReason, toError } from '../connection/errors.ts'
import type { Reply, WorkerSettings } from './protocol.ts'

/** The main thread's side of a worker. Requests run in order, and each `ask` settles with its own reply. */
export interface WorkerLink<Request> {
  /** Rejects with the worker's error, or with `store_failed` if the disk or the thread failed. */
  ask<Value>(request: Request): Promise<Value>
  /** Why the thread ended although it was not closed. Null if it did not. It does not restart. */
  failure(): string | null
  /** Resolves with the text of `failure` when that happens. */
  readonly ended: Promise<string>
  /** A sentence once the thread has found a damaged file; it never becomes null again. */
  damage(): string | null
  /** Closes the worker after all earlier requests. */
  close(): Promise<void>
}

/** Throws `StoreFileError` if the worker rejects the file. */
export async function openLink<Request extends { readonly type: string }>(
  program: URL,
  settings: WorkerSettings,
): Promise<WorkerLink<Request | { readonly type: 'close' }>> {
  const waiting: { resolve: (value: never) => void; reject: (reason: Error) => void }[] = []
  let first = 0
  let closing = false
  let ended: DomainError | undefined
  let damage: string | null = null
  let resolveEnded: (reason: string) => void = () => {}
  const endedReason = new Promise<string>((resolve) => {
    resolveEnded = resolve
  })

  // The program is plain JavaScript, so flags of this process, such as a TypeScript loader, would only slow its start.
  const worker = new Worker(program, { workerData: settings, execArgv: [] })

  const nextReply = () => new Promise<never>((resolve, reject) => waiting.push({ resolve, reject }))
  const takeOldest = () => {
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
    const oldest = takeOldest()
    if (reply.ok) oldest?.resolve(reply.value)
    else {
      if (isDamage(reply.failure)) damage ??= sayFailure(reply.failure)
      oldest?.reject(toError(reply.failure))
    }
  })
  const fail = (cause: unknown) => {
    if (ended === undefined) {
      ended = new DomainError('store_failed', {}, { cause })
      if (!closing) resolveEnded(sayEnd(cause))
    }
    for (let oldest = takeOldest(); oldest !== undefined; oldest = takeOldest()) oldest.reject(ended)
  }
  worker.on('error', fail)
  worker.on('exit', (code) => fail(new Error(`it ended with code ${code}`)))

  const ask = <Value>(request: Request | { readonly type: 'close' }): Promise<Value> => {
    if (ended !== undefined) return Promise.reject(ended)
    const reply = nextReply()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage(request)
    return reply
  }

  try {
    await nextReply()
  } catch (error) {
    await worker.terminate()
    throw asFileError(error)
  }
  return {
    ask,
    failure: () => (ended === undefined || closing ? null : sayEnd(ended.cause)),
    ended: endedReason,
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
