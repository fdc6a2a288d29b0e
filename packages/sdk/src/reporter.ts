import { systemClock, type Clock } from './clock.ts'
import type { Entry } from './entry.ts'
import { LIMITS } from './limits.ts'
import { send } from './send.ts'
import { createTally, type DropCount, type DropReason } from './tally.ts'

export interface ReporterOptions {
  /** Where the server is, such as `http://127.0.0.1:8000`. Absent: the environment's `SENTINELMESH_URL`. */
  url?: string
  /** A key with scope `ingest`. Absent: the environment's `SENTINELMESH_API_KEY`. */
  apiKey?: string
  /** Called for each dropped entry. What it throws is ignored: reporting never disturbs the agent. */
  onDrop?: (dropped: Dropped) => void
  /** Entries, and bytes of JSON, that wait at most, those under way included. */
  bufferEntries?: number
  bufferBytes?: number
  /** How long the first entry of a batch waits for others, in milliseconds. */
  lingerMs?: number
  /** How long one request may take, in milliseconds. */
  requestMs?: number
  fetch?: typeof globalThis.fetch
  clock?: Clock
  /** In [0, 1): the jitter of retries. */
  random?: () => number
}

export interface Dropped {
  /** As it was to be sent, with `id` and `timestamp`. */
  readonly entry: Entry
  readonly reason: DropReason
  readonly message: string
}

export interface FlushResult {
  /** What the server acknowledged, and so stored, since the flush before. */
  readonly accepted: number
  /** How many of those it already had from an earlier request. */
  readonly duplicates: number
  /** What was dropped since the flush before. */
  readonly dropped: readonly DropCount[]
  /** What still waits, since time ran out. */
  readonly pending: number
  /** Why it waits: what went wrong last; null when the last request went well. */
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
 * Takes entries and sends them in batches, in order, one request at a time.
 * - `report` returns at once and never throws. A buffer at its bound refuses what is newest: what was taken is kept in order.
 * - A request that fails for want of network or server is sent again for ever, with growing, jittered pauses; what the server
 *   refuses (4xx) is dropped. An id makes the repeated request a duplicate, so an entry is stored once.
 * - Nothing here keeps the process alive but a request under way, and `flush` and `close` while they wait.
 * Not promised: that entries survive the process. Call `close` (or `await using`) before it ends.
 */
export interface Reporter extends AsyncDisposable {
  report(entries: Entry | readonly Entry[]): void
  /** Resolves when all that was reported before is settled, or after `timeoutMs` (30 s). Never rejects. */
  flush(options?: { timeoutMs?: number }): Promise<FlushResult>
  /** Takes no more, sends what waits for at most `timeoutMs` (10 s), drops the rest. Later calls give the first one's result. */
  close(options?: { timeoutMs?: number }): Promise<FlushResult>
  stats(): ReporterStats
}

interface Item {
  /** Kept as text: its size is known, and what the caller changes later does not reach it. */
  readonly json: string
  readonly bytes: number
}

/** Throws TypeError when `url` is no http address or `url` or `apiKey` is missing. */
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
    // Looked up when called: a page or a test may replace it later.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    requestMs: options.requestMs ?? LIMITS.requestMs,
  } satisfies Parameters<typeof send>[0]

  /** All that is not settled, oldest first; the batch under way is its head. */
  const queue: Item[] = []
  let queuedBytes = 0
  let taken = 0 // entries ever put into the queue
  let settled = 0 // of those, how many left it
  const waiting = new Set<() => void>() // told whenever entries settle

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
      // Promised above: reporting never disturbs the agent.
    }
  }

  /** The one loop that sends. Ends when nothing waits; `report` starts it again. */
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
        return settle(batch)
      }
      if (outcome.is === 'refused' || (outcome.answered && attempt >= LIMITS.failedAttempts)) {
        for (const entry of entries) drop(entry, outcome.is === 'refused' ? 'refused' : 'failed', outcome.message)
        return settle(batch)
      }
      retries += 1
      await backOff(attempt, outcome.retryAfterMs)
      if (ended.signal.aborted) return
    }
  }

  function settle(batch: readonly Item[]): void {
    queue.splice(0, batch.length)
    queuedBytes -= batch.reduce((sum, { bytes }) => sum + bytes, 0)
    settled += batch.length
    for (const tell of waiting) tell()
  }

  /**
   * Full jitter: anywhere between nothing and the grown pause, so that agents which lost the server together do not come back
   * together. Where the server said when to come, not before that.
   */
  async function backOff(attempt: number, retryAfterMs: number | null): Promise<void> {
    if (retryAfterMs === null)
      return pause(random() * Math.min(LIMITS.retryCapMs, LIMITS.retryBaseMs * 2 ** (attempt - 1)))
    await clock.sleep(Math.min(LIMITS.retryAfterMs, retryAfterMs) + random() * LIMITS.retryBaseMs, {
      signal: ended.signal,
    })
  }

  /** A wait that `flush` and `close` cut short. */
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
    await settledUpTo(taken, timeoutMs)
    return resultSinceFlush()
  }

  async function settledUpTo(count: number, timeoutMs: number): Promise<void> {
    if (settled >= count) return
    const done = new AbortController()
    const tell = () => {
      if (settled >= count) done.abort()
    }
    waiting.add(tell)
    wake.abort()
    // This timer alone holds the process: all others let go.
    await clock.sleep(timeoutMs, { signal: AbortSignal.any([done.signal, ended.signal]), keepAlive: true })
    waiting.delete(tell)
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
    await settledUpTo(taken, timeoutMs)
    ended.abort()
    const left = [...queue]
    const why = problem === null ? '' : ` ${problem}`
    for (const { json } of left)
      drop(JSON.parse(json) as Entry, 'closed', `The reporter was closed before the server acknowledged it.${why}`)
    settle(left)
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
