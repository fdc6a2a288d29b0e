import type { LogId, OrgId, Seq } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import { type Kysely, sql } from 'kysely'
import type { Database, DatabaseHealth } from '../../../database.ts'
import { LIMITS } from '../../../limits.ts'
import type { Appended, AppendLane, JudgedEntry, MatchSummary } from '../../../log-store.ts'
import type { Schema } from '../../../schema.ts'
import { type QueuedCall, appendQueue } from './append-queue.ts'
import { valuesOf } from './append-values.ts'
import { sayFailure, StatementError, toError } from '../connection/errors.ts'
import type { AppendAnswer, BackgroundRequest, WriterRequest } from '../threads/protocol.ts'
import { runTransaction } from './transaction.ts'
import type { WorkerLink } from '../threads/worker-link.ts'

/**
 * Decides what the write thread does next. While it writes one batch, appends gather; when its reply arrives the next
 * batch leaves at once and all replies of the last are released in the same tick. Interactive transactions take turns
 * with batches, and what can wait gets a slice now and then. Nothing waits for a timer.
 */
export interface Writer extends Pick<Database, 'transaction'> {
  health(): Pick<DatabaseHealth, 'queuedEntries' | 'queuedBytes' | 'lastCommitMs' | 'failure'>
  append(org: OrgId, entries: readonly JudgedEntry[], lane?: AppendLane): Promise<readonly Appended[]>
  /** One slice of what can wait. Others that wait have the writer for some time before the next one. */
  background<Value>(request: BackgroundRequest): Promise<Value>
  /** Finishes what was accepted and takes no more. */
  drain(): Promise<void>
}

/** `isGone`: whether the files are known to be gone, so that nothing more can be stored. */
export function startWriter(link: WorkerLink<WriterRequest>, isGone: () => boolean = () => false): Writer {
  const queue = appendQueue()
  const transactions: (() => Promise<void>)[] = []
  const slices: Turn[] = []
  /** What appends and transactions still may take before the next slice, while any of them wait. */
  let owedMs = 0
  let writing = false
  let woken = false
  let transactionIsNext = true
  let drained: Promise<void> | undefined
  let whenEmpty = (): void => {}
  let lastCommitMs = 0
  let failure: string | null = null
  let trying = false

  const wake = () => {
    if (woken || writing) return
    woken = true
    // After the input that this turn of the event loop still holds: what arrives together is written together.
    setImmediate(() => {
      woken = false
      proceed()
    })
  }

  const takeTurn = (turn: () => Promise<void>, done: (tookMs: number) => void) => {
    writing = true
    const began = performance.now()
    void turn().finally(() => {
      writing = false
      done(performance.now() - began)
      proceed()
    })
  }

  const proceed = () => {
    if (writing) return
    const slice = owedMs <= 0 || (!queue.waiting && transactions.length === 0) ? slices.shift() : undefined
    if (slice !== undefined) {
      takeTurn(slice.run, (tookMs) => (owedMs = tookMs * LIMITS.backgroundRest))
      return
    }
    const next = transactionIsNext || !queue.waiting ? transactions.shift() : undefined
    if (next !== undefined) {
      transactionIsNext = false
      takeTurn(next, (tookMs) => (owedMs -= tookMs))
      return
    }
    transactionIsNext = true
    const batch = queue.take()
    if (batch.length > 0) void write(batch)
    else whenEmpty()
  }

  const noteFailure = (error: unknown) => {
    if (error instanceof DomainError && error.code === 'store_failed')
      failure = error.cause instanceof StatementError ? sayFailure(error.cause) : error.message
  }

  const refusal = () => {
    if (drained !== undefined) return new DomainError('shutting_down')
    // What is written to a damaged file may be lost, and may be what loses the rest.
    return link.damage() === null && !isGone() ? undefined : new DomainError('store_failed')
  }

  const transaction = <Result>(work: (tx: Kysely<Schema>) => Promise<Result>): Promise<Result> =>
    new Promise<Result>((resolve, reject) => {
      transactions.push(() =>
        runTransaction(link, work).then(resolve, (error: unknown) => {
          noteFailure(error)
          reject(error as Error)
        }),
      )
      wake()
    })

  /** Writes a page: who was refused may not come back before it is said that there is room again. */
  const tryAgain = async () => {
    if (trying || refusal() !== undefined) return
    trying = true
    try {
      await transaction((tx) =>
        sql`update org_heads set entries = entries where org = (select min(org) from org_heads)`.execute(tx),
      )
      failure = null
    } catch {
      // `failure` says so.
    }
    trying = false
  }

  const write = async (batch: readonly QueuedCall[]) => {
    writing = true
    const began = performance.now()
    let release: () => void
    try {
      const answers = await link.ask<readonly AppendAnswer[]>({
        type: 'append',
        calls: batch.map(({ org, entries }) => [org, entries.map(valuesOf)] as const),
      })
      failure = null
      release = () => batch.forEach((call, index) => resolveCall(call, answers[index]))
    } catch (error) {
      noteFailure(error)
      release = () => batch.forEach((call) => call.reject(error))
    }
    lastCommitMs = performance.now() - began
    owedMs -= lastCommitMs
    queue.done(batch)
    writing = false
    release()
    wake()
  }

  return {
    append(org, entries, lane = 'bulk') {
      const refused = refusal()
      if (refused !== undefined) return Promise.reject(refused)
      if (entries.length === 0) return Promise.resolve([])
      return new Promise((resolve, reject) => {
        queue.add({ org, entries, lane, resolve, reject })
        wake()
      })
    },

    background<Value>(request: BackgroundRequest): Promise<Value> {
      const refused = refusal()
      if (refused !== undefined) return Promise.reject(refused)
      return new Promise<Value>((resolve, reject) => {
        slices.push({ run: () => link.ask<Value>(request).then(resolve, reject), reject })
        wake()
      })
    },

    transaction<Result>(work: (tx: Kysely<Schema>) => Promise<Result>): Promise<Result> {
      const refused = refusal()
      if (refused !== undefined) return Promise.reject(refused)
      if (transactions.length >= LIMITS.transactionsWaiting)
        return Promise.reject(
          new DomainError('store_busy', {
            limit: 'transactionsWaiting',
            allowed: LIMITS.transactionsWaiting,
            retryAfterSeconds: 1,
          }),
        )
      return transaction(work)
    },

    health() {
      if (failure !== null) void tryAgain()
      return { queuedEntries: queue.entries, queuedBytes: queue.size, lastCommitMs, failure }
    },

    drain() {
      drained ??= new Promise<void>((resolve) => {
        whenEmpty = resolve
      })
      // What was accepted is appends and transactions; what can wait goes on after the next start.
      for (const { reject } of slices.splice(0)) reject(new DomainError('shutting_down'))
      wake()
      return drained
    },
  }
}

interface Turn {
  readonly run: () => Promise<void>
  readonly reject: (reason: unknown) => void
}

function resolveCall({ entries, resolve, reject }: QueuedCall, answer: AppendAnswer | undefined): void {
  if (typeof answer === 'number')
    resolve(entries.map(({ id }, index) => ({ status: 'stored', id, seq: (answer + index) as Seq })))
  else if (answer === undefined || 'code' in answer)
    reject(toError(answer ?? { code: 'error', message: 'The writer gave no answer.' }))
  else
    resolve(
      entries.map(({ id }, index): Appended => {
        const one = answer[index]
        if (one === undefined || one.status === 'conflict') return { status: 'conflict' }
        if (one.status === 'stored') return { status: 'stored', id, seq: one.seq as Seq }
        return {
          status: 'duplicate',
          id: one.uid as LogId,
          seq: one.seq as Seq,
          risk: one.risk,
          matches: one.matches.map(([ruleId, title, level]) => ({
            ruleId,
            title,
            level: level as MatchSummary['level'],
          })),
          matchesLeftOut: one.matchesLeftOut,
        }
      }),
    )
}
