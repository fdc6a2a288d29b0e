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
 * Schedules the write thread. Appends queue up while it writes a batch. When its reply arrives, the next batch is sent
 * at once, and all calls of the last batch resolve in the same tick. Interactive transactions alternate with batches,
 * and background work gets a slice now and then. Nothing waits for a timer.
 */
export interface Writer extends Pick<Database, 'transaction'> {
  health(): Pick<DatabaseHealth, 'queuedEntries' | 'queuedBytes' | 'lastCommitMs' | 'failure'>
  append(org: OrgId, entries: readonly JudgedEntry[], lane?: AppendLane): Promise<readonly Appended[]>
  /** Runs one slice of background work. Other queued work then gets the writer for some time before the next slice. */
  background<Value>(request: BackgroundRequest): Promise<Value>
  /** Finishes accepted work and rejects new work. */
  drain(): Promise<void>
}

/** `filesAreGone` returns true once the files are known to be gone, so that nothing more can be stored. */
export function startWriter(link: WorkerLink<WriterRequest>, filesAreGone: () => boolean = () => false): Writer {
  const queue = appendQueue()
  const transactions: (() => Promise<void>)[] = []
  const slices: BackgroundSlice[] = []
  /** Time left to queued appends and transactions before the next background slice. */
  let foregroundMs = 0
  let writing = false
  let scheduled = false
  let transactionIsNext = true
  let drained: Promise<void> | undefined
  let onEmpty = (): void => {}
  let lastCommitMs = 0
  let failure: string | null = null
  let probing = false

  const wake = () => {
    if (scheduled || writing) return
    scheduled = true
    // Runs after the remaining input of this turn of the event loop, so that calls that arrive together share a batch.
    setImmediate(() => {
      scheduled = false
      runNext()
    })
  }

  const runAlone = (turn: () => Promise<void>, done: (tookMs: number) => void) => {
    writing = true
    const began = performance.now()
    void turn().finally(() => {
      writing = false
      done(performance.now() - began)
      runNext()
    })
  }

  const runNext = () => {
    if (writing) return
    const slice = foregroundMs <= 0 || (!queue.waiting && transactions.length === 0) ? slices.shift() : undefined
    if (slice !== undefined) {
      runAlone(slice.run, (tookMs) => (foregroundMs = tookMs * LIMITS.backgroundRest))
      return
    }
    const next = transactionIsNext || !queue.waiting ? transactions.shift() : undefined
    if (next !== undefined) {
      transactionIsNext = false
      runAlone(next, (tookMs) => (foregroundMs -= tookMs))
      return
    }
    transactionIsNext = true
    const batch = queue.take()
    if (batch.length > 0) void write(batch)
    else onEmpty()
  }

  const noteFailure = (error: unknown) => {
    if (error instanceof DomainError && error.code === 'store_failed')
      failure = error.cause instanceof StatementError ? sayFailure(error.cause) : error.message
  }

  const refusal = () => {
    if (drained !== undefined) return new DomainError('shutting_down')
    // A write to a damaged file may be lost and may increase the damage.
    return link.damage() === null && !filesAreGone() ? undefined : new DomainError('store_failed')
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

  /** Tests with a small write whether the store works again, since clients may not retry while `failure` is set. */
  const probeAfterFailure = async () => {
    if (probing || refusal() !== undefined) return
    probing = true
    try {
      await transaction((tx) =>
        sql`update org_heads set entries = entries where org = (select min(org) from org_heads)`.execute(tx),
      )
      failure = null
    } catch {
      // `failure` stays set.
    }
    probing = false
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
    foregroundMs -= lastCommitMs
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
      if (failure !== null) void probeAfterFailure()
      return { queuedEntries: queue.entries, queuedBytes: queue.size, lastCommitMs, failure }
    },

    drain() {
      drained ??= new Promise<void>((resolve) => {
        onEmpty = resolve
      })
      // Only appends and transactions count as accepted. Background work continues after the next start.
      for (const { reject } of slices.splice(0)) reject(new DomainError('shutting_down'))
      wake()
      return drained
    },
  }
}

interface BackgroundSlice {
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
