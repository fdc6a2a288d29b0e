import { DomainError } from '@sentinelmesh/api/constants'
import type { Kysely } from 'kysely'
import { LIMITS } from '../../../limits.ts'
import type { Schema } from '../../../schema.ts'
import { kyselyOver } from '../connection/kysely-over.ts'
import type { StatementResult, WriterRequest } from '../threads/protocol.ts'
import type { WorkerLink } from '../threads/worker-link.ts'

/**
 * One interactive transaction; the writer must be free. Its time counts from BEGIN. Past the limit it goes on while it
 * keeps giving statements, since a slow disk or a busy machine is not its fault, and is rolled back as soon as it lets
 * the writer wait for a whole turn of the event loop. Then this rejects at once, whatever `work` still does; statements
 * that it gives later reject too.
 */
export async function runTransaction<Result>(
  link: WorkerLink<WriterRequest>,
  work: (tx: Kysely<Schema>) => Promise<Result>,
): Promise<Result> {
  await link.ask({ type: 'begin' })
  const began = performance.now()
  let over: Error | undefined
  let running = 0
  let overdue = false
  let expire: (reason: Error) => void = () => {}
  const expired = new Promise<never>((_, reject) => {
    expire = (reason) => {
      over ??= reason
      reject(reason)
    }
  })

  const expireIfIdle = () => {
    setImmediate(() => {
      if (running === 0 && over === undefined) expire(tooLong('transactionMs'))
    })
  }
  const timer = setTimeout(() => {
    overdue = true
    if (running === 0) expireIfIdle()
  }, LIMITS.transactionMs)

  const tx = kyselyOver(async (sql, parameters) => {
    if (over === undefined && performance.now() - began > LIMITS.transactionWorkMs) expire(tooLong('transactionWorkMs'))
    if (over !== undefined) throw over
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
    over = new Error('The transaction has ended.')
    await link.ask({ type: 'commit' })
    return result
  } catch (error) {
    over ??= new Error('The transaction has ended.')
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
