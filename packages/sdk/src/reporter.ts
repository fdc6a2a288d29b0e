import { systemClock, type Clock } from './clock.ts'
import type { Entry } from './entry.ts'
import { LIMITS } from './limits.ts'
import { send } from './send.ts'
import { createTally, type DropCount, type DropReason } from './tally.ts'

export interface ReporterOptions {
  /** The server's address, such as `http://127.0.0.1:8000`. Default: `SENTINELMESH_URL` from the environment. */
  url?: string
  /** A key with scope `ingest`. Default: `SENTINELMESH_API_KEY` from the environment. */
  apiKey?: string
  /** Called for each dropped entry. Exceptions are ignored, so that reporting never disturbs the agent. */
  onDrop?: (dropped: Dropped) => void
  /** The most entries, and bytes of JSON, that can wait, including those in flight. */
  bufferEntries?: number
  bufferBytes?: number
  /** Milliseconds that the first entry of a batch waits for more. */
  lingerMs?: number
  /** The timeout of one request, in milliseconds. */
  requestMs?: number
  fetch?: typeof globalThis.fetch
  clock?: Clock
  /** Returns a number in [0, 1), for the jitter of retries. */
  random?: () => number
}

export interface Dropped {
  /** The entry in the form in which it is sent, with `id` and `timestamp`. */
  readonly entry: Entry
  readonly reason: DropReason
  readonly message: string
}

export interface FlushResult {
  /** Entries that the server acknowledged, and so stored, since the previous flush. */
  readonly accepted: number
  /** The number of those that the server already had from an earlier request. */
  readonly duplicates: number
  /** Entries that were dropped since the previous flush. */
  readonly dropped: readonly DropCount[]
  /** Entries that were still waiting at the timeout. */
  readonly pending: number
  /** The error of the last request; null if it succeeded. */
  readonly problem: string | null
}

export interface ReporterStats {
  /** Since the reporter was created. */
  readonly accepted: number
  readonly duplicates: number
  readonly dropped: readonly DropCount[]
  readonly requests: number
  readonly retries: number
  readonly pending: { readonly entries: number; readonly bytes: number }
  readonly problem: string | null
}

/**
 * Buffers entries and sends them in batches, in order, one request at a time.
 * - `report` returns immediately and never throws. A full buffer drops new entries and keeps the earlier ones in order.
 * - A request that fails because of the network or the server is retried indefinitely, with exponential, jittered
 *   back-off. Entries that the server refuses (4xx) are dropped. Ids make retries idempotent, so an entry is stored
 *   once.
 * - Only a request in flight, and `flush` and `close` while they wait, keep the process alive.
 * Not promised: that entries survive the process. Call `close` (or `await using`) before it ends.
 */
export interface Reporter extends AsyncDisposable {
  report(entries: Entry | readonly Entry[]): void
  /** Resolves when every earlier entry is acknowledged or dropped, or after `timeoutMs` (30 s). Never rejects. */
  flush(options?: { timeoutMs?: number }): Promise<FlushResult>
  /**
   * Stops accepting, sends for at most `timeoutMs` (10 s), drops the rest. Later calls return the first call's result.
   */
  close(options?: { timeoutMs?: number }): Promise<FlushResult>
  stats(): ReporterStats
}

interface Item {
  /** Serialized at once, so that the size is known and later changes by the caller have no effect. */
  readonly json: string
  readonly bytes: number
}

/** Throws TypeError if `url` or `apiKey` is missing, or `url` is not an HTTP address. */
export function createReporter(options: ReporterOptions = {}): Reporter {
  const {
    clock = systemClock,
    random = Math.random,
    lingerMs = LIMITS.lingerMs,
    bufferEntries = LIMITS.bufferEntries,
    bufferBytes = LIMITS.bufferBytes,
  } = options
  const target = {
    ...addressOf(options),
    // Looked up at each call, because a page or a test can replace it later.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    requestMs: options.requestMs ?? LIMITS.requestMs,
  } satisfies Parameters<typeof send>[0]

  /** All pending entries, oldest first; the batch in flight is its head. */
  const queue: Item[] = []
  let queuedBytes = 0
  let taken = 0 // entries ever put into the queue
  let finished = 0 // of those, how many were acknowledged or dropped
  const waiting = new Set<() => void>() // called whenever entries finish

  const total = createTally()
  let sinceFlush = createTally()
  let requests = 0
  let retries = 0
  let problem: string | null = null

  let running = false
  let lingering = false
  let wake = new AbortController()
  const ended = new AbortController()
  let closing: Promise<FlushResult> | undefined

  function report(entries: Entry | readonly Entry[]): void {
    for (const entry of Array.isArray(entries) ? (entries as readonly Entry[]) : [entries as Entry]) take(entry)
    if (lingering && !fitsOne()) wake.abort()
    if (queue.length > 0) void run()
  }

  function take(entry: Entry): void {
    if (closing !== undefined) return drop(entry, 'closed', 'The reporter is closed.')
    let json: string
    try {
      json = JSON.stringify({
        ...entry,
        id: entry.id || newId(),
        timestamp: entry.timestamp ?? new Date(clock.now()).toISOString(),
      })
    } catch (error) {
      return drop(
        entry,
        'unreadable',
        `The entry cannot be written as JSON: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
    const bytes = new TextEncoder().encode(json).length
    if (bytes > LIMITS.entryBytes)
      return drop(entry, 'too_large', `The entry is larger than entryBytes, ${LIMITS.entryBytes} bytes.`)
    if (queue.length >= bufferEntries)
      return drop(entry, 'full', `The buffer is at bufferEntries, ${bufferEntries} entries.`)
    if (queuedBytes + bytes > bufferBytes)
      return drop(entry, 'full', `The buffer is at bufferBytes, ${bufferBytes} bytes.`)
    queue.push({ json, bytes })
    queuedBytes += bytes
    taken += 1
  }

  function drop(entry: Entry, reason: DropReason, message: string): void {
    total.drop(reason, message)
    sinceFlush.drop(reason, message)
    try {
      options.onDrop?.({ entry, reason, message })
    } catch {
      // An exception here must not disturb the agent.
    }
  }

  /** The only loop that sends. It ends when the queue is empty; `report` restarts it. */
  async function run(): Promise<void> {
    if (running) return
    running = true
    while (queue.length > 0 && !ended.signal.aborted) {
      if (fitsOne() && waiting.size === 0) {
        lingering = true
        await pause(lingerMs)
        lingering = false
      }
      if (!ended.signal.aborted) await deliver(headBatch())
    }
    running = false
  }

  async function deliver(batch: readonly Item[]): Promise<void> {
    const entries = batch.map(({ json }) => JSON.parse(json) as Entry)
    for (let attempt = 1; ; attempt += 1) {
      requests += 1
      const outcome = await send(target, entries, ended.signal)
      if (ended.signal.aborted) return
      problem = outcome.is === 'taken' ? null : outcome.message

      if (outcome.is === 'taken') {
        total.take(outcome)
        sinceFlush.take(outcome)
        for (const { index, reason } of outcome.rejected) {
          const entry = entries[index]
          if (entry !== undefined) drop(entry, 'rejected', reason)
        }
        return finish(batch)
      }
      if (outcome.is === 'refused' || (outcome.answered && attempt >= LIMITS.failedAttempts)) {
        for (const entry of entries) drop(entry, outcome.is === 'refused' ? 'refused' : 'failed', outcome.message)
        return finish(batch)
      }
      retries += 1
      await backOff(attempt, outcome.retryAfterMs)
      if (ended.signal.aborted) return
    }
  }

  function finish(batch: readonly Item[]): void {
    queue.splice(0, batch.length)
    queuedBytes -= batch.reduce((sum, { bytes }) => sum + bytes, 0)
    finished += batch.length
    for (const notify of waiting) notify()
  }

  /**
   * Full jitter: a random pause between zero and the current cap, so that agents that lost the server together do not
   * reconnect together. Never earlier than the server's `Retry-After`.
   */
  async function backOff(attempt: number, retryAfterMs: number | null): Promise<void> {
    if (retryAfterMs === null)
      return pause(random() * Math.min(LIMITS.retryCapMs, LIMITS.retryBaseMs * 2 ** (attempt - 1)))
    await clock.sleep(Math.min(LIMITS.retryAfterMs, retryAfterMs) + random() * LIMITS.retryBaseMs, {
      signal: ended.signal,
    })
  }

  /** A pause that `flush` and `close` cut short. */
  async function pause(ms: number): Promise<void> {
    wake = new AbortController()
    await clock.sleep(ms, { signal: AbortSignal.any([wake.signal, ended.signal]) })
  }

  function headBatch(): readonly Item[] {
    let bytes = 2 // the array's brackets
    const end = queue.findIndex(
      (item, index) => index >= LIMITS.batchEntries || (bytes += item.bytes + 1) > LIMITS.batchBytes,
    )
    return queue.slice(0, end < 0 ? queue.length : end)
  }

  const fitsOne = () => queue.length < LIMITS.batchEntries && queuedBytes + queue.length + 2 <= LIMITS.batchBytes

  async function flush({ timeoutMs = LIMITS.flushMs }: { timeoutMs?: number } = {}): Promise<FlushResult> {
    await finishedUpTo(taken, timeoutMs)
    return resultSinceFlush()
  }

  async function finishedUpTo(count: number, timeoutMs: number): Promise<void> {
    if (finished >= count) return
    const done = new AbortController()
    const notify = () => {
      if (finished >= count) done.abort()
    }
    waiting.add(notify)
    wake.abort()
    // The only timer that keeps the process alive.
    await clock.sleep(timeoutMs, { signal: AbortSignal.any([done.signal, ended.signal]), keepAlive: true })
    waiting.delete(notify)
  }

  function resultSinceFlush(): FlushResult {
    const result = { ...sinceFlush.read(), pending: queue.length, problem }
    sinceFlush = createTally()
    return result
  }

  function close({ timeoutMs = LIMITS.closeMs }: { timeoutMs?: number } = {}): Promise<FlushResult> {
    closing ??= endAfter(timeoutMs)
    return closing
  }

  async function endAfter(timeoutMs: number): Promise<FlushResult> {
    await finishedUpTo(taken, timeoutMs)
    ended.abort()
    const left = [...queue]
    const why = problem === null ? '' : ` ${problem}`
    for (const { json } of left)
      drop(JSON.parse(json) as Entry, 'closed', `The reporter was closed before the server acknowledged it.${why}`)
    finish(left)
    return resultSinceFlush()
  }

  return {
    report,
    flush,
    close,
    stats: () => ({
      ...total.read(),
      requests,
      retries,
      pending: { entries: queue.length, bytes: queuedBytes },
      problem,
    }),
    async [Symbol.asyncDispose]() {
      await close()
    },
  }
}

function addressOf({ url, apiKey }: ReporterOptions): { url: string; apiKey: string } {
  // Absent in a browser.
  const env = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env
  const address = url ?? env?.['SENTINELMESH_URL']
  const key = apiKey ?? env?.['SENTINELMESH_API_KEY']
  if (address === undefined) throw new TypeError('Say where the server is: pass url or set SENTINELMESH_URL.')
  if (!key) throw new TypeError('A key with scope ingest is needed: pass apiKey or set SENTINELMESH_API_KEY.')
  if (!/^https?:$/.test(new URL(address).protocol)) throw new TypeError('url must begin with http:// or https://.')
  return { url: address.replace(/\/+$/, ''), apiKey: key }
}

/** A random UUID (version 4). `crypto.randomUUID` is missing on pages served without https. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const hex = Array.from(bytes, (byte, index) =>
    (index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte).toString(16).padStart(2, '0'),
  ).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
