import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import Sqlite from 'better-sqlite3'
import { StoreFileError } from '../connection/errors.ts'
import type { Failure, Reply, WorkerSettings } from './protocol.ts'

/**
 * The worker's side of a link. It runs `open` first and replies whether the file can be used, then sends one reply per
 * request, in order. `close` ends the thread after its handler has run and the reply was sent.
 */
export function serve<Request extends { readonly type: string }, Settings extends WorkerSettings = WorkerSettings>(
  open: (settings: Settings) => (request: Request) => unknown,
): void {
  const port = parentPort
  if (port === null) throw new Error('This file is the program of a worker thread.')
  let handle: ((request: Request) => unknown) | undefined
  answer(port, () => {
    handle = open(workerData as Settings)
  })
  port.on('message', (request: Request) => {
    answer(port, () => handle?.(request))
    if (request.type === 'close') port.close()
  })
}

function answer(port: MessagePort, work: () => unknown): void {
  let reply: Reply<unknown>
  try {
    reply = { ok: true, value: work() }
  } catch (error) {
    reply = { ok: false, failure: failureOf(error) }
  }
  port.postMessage(reply)
}

export function failureOf(error: unknown): Failure {
  if (error instanceof Sqlite.SqliteError) return { code: error.code, message: error.message }
  if (error instanceof StoreFileError) return { code: error.reason, message: error.message }
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
  return { code: typeof code === 'string' ? code : 'error', message: String(message ?? error) }
}
