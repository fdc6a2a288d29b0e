import { DomainError } from '@sentinelmesh/api/constants'
import type { Kysely } from 'kysely'
import { LIMITS } from '../../../limits.ts'
import type { Schema } from '../../../schema.ts'
import { kyselyOver } from '../connection/kysely-over.ts'
import type { StatementResult, WriterRequest } from '../threads/protocol.ts'
import type { WorkerLink } from '../threads/worker-link.ts'

/**
 * Runs one interactive transaction; the writer must be free. Its time counts from BEGIN. Past `transactionMs` it can
 * continue while it keeps sending statements, because a slow disk or a busy machine is not its fault. It is rolled back
 * once it leaves the writer idle for a full turn of the event loop. The promise then rejects immediately, whatever
 * `work` still does, and so do later statements.
 */
export async function runTransaction<Result>(
  link: WorkerLink<WriterRequest>,
  work: (tx: Kysely<Schema>) => Promise<Result>,
): Promise<Result> {
  await link.ask({ type: 'begin' })
  const began = performance.now()
  let ended: Error | undefined
  let running = 0
  let overdue = false
  let expire: (reason: Error) => void = () => {}
  const expired = new Promise<never>((_, reject) => {
    expire = (reason) => {
      ended ??= reason
      reject(reason)
    }
  })

  const expireIfIdle = () => {
    setImmediate(() => {
      if (running === 0 && ended === undefined) expire(tooLong('transactionMs'))
    })
  }
  const timer = setTimeout(() => {
    overdue = true
    if (running === 0) expireIfIdle()
  }, LIMITS.transactionMs)

  const tx = kyselyOver(async (sql, parameters) => {
    if (ended === undefined && performance.now() - began > LIMITS.transactionWorkMs)
      expire(tooLong('transactionWorkMs'))
    if (ended !== undefined) throw ended
    running++
    try {
      return await link.ask<StatementResult>({ type: 'statement', sql, parameters })
    } finally {
      running--
      if (overdue && running === 0) expireIfIdle()
    }
  })

  try {
    const result = await Promise.race([work(tx), expired])
    ended = new Error('The transaction has ended.')
    await link.ask({ type: 'commit' })
    return result
  } catch (error) {
    ended ??= new Error('The transaction has ended.')
    await link.ask({ type: 'rollback' })
    throw error
  } finally {
    clearTimeout(timer)
  }
}

function tooLong(limit: 'transactionMs' | 'transactionWorkMs'): DomainError {
  const allowed = LIMITS[limit]
  return new DomainError('store_busy', {
    say: `A write was not finished within ${allowed} ms (limit ${limit}) and was undone. Nothing of it was stored; try again.`,
    limit,
    allowed,
    retryAfterSeconds: 1,
  })
}
