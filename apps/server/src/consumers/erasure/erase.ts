import type { OrgId } from '@sentinelmesh/api'
import {
  erasureStore,
  orgStore,
  type Database,
  type Erasure,
  type ErasureList,
  type SeqRange,
  type Transaction,
} from '@sentinelmesh/db'
import { write, type Written } from '../../audit/write.ts'
import type { Clock } from '../../clock.ts'
import { eachInTurn, type Jobs } from '../../jobs/jobs.ts'
import { targetOf } from './target.ts'

/**
 * Entries that are listed, removed, and deleted from the full-text index in one step. A crash leaves at most one step
 * unfinished.
 */
const STEP_ENTRIES = 2_000
const RETRY_MS = 10_000
const FORGET_TRIES = 50
const FORGET_RETRY_MS = 100
/** Maximum number of ranges in the audit record of an erasure. The list of erasures has all of them. */
const AUDITED_RANGES = 1_000

export interface EraseDeps {
  readonly database: Database
  readonly clock: Clock
  /** A file in the data folder, so that erasures also apply to a restored older backup. */
  readonly list: ErasureList
  readonly hmacKey: (org: OrgId) => Promise<Uint8Array>
  /** Called after each slice, so that caches drop the erased entries. */
  readonly onErased: (org: OrgId) => void
  readonly jobs: Jobs
}

/**
 * Processes the erasure requests sequentially, beginning with those left from the last run. Each step lists the
 * entries, removes them, and deletes them from the full-text index. A request is finished only when its bytes are also
 * gone from the files. After a crash the request is still pending, and the list names the entries that the index may
 * still hold.
 */
export function startErase(deps: EraseDeps): { wake(): void; stop(): Promise<void> } {
  const { database, clock, jobs } = deps
  const stop = new AbortController()
  const { signal } = stop
  let asked = false
  let running: Promise<void> | undefined

  // A failing request does not block the others.
  const workOffPending = async () =>
    eachInTurn({ items: await erasureStore(database.read).pending(), what: 'requests', signal }, (erasure) =>
      workOff(deps, erasure, signal),
    )
  const workOffAll = async () => {
    while (asked && !signal.aborted) {
      asked = false
      const done = await jobs.attempt('erasures', workOffPending, signal)
      if (done || signal.aborted) continue
      asked = true
      await clock.sleep(RETRY_MS, signal)
    }
  }
  const wake = () => {
    asked = true
    running ??= workOffAll().finally(() => {
      running = undefined
      if (asked && !signal.aborted) wake()
    })
  }
  jobs.register('erasures', async () => {
    wake()
    await running
  })
  wake()
  return {
    wake,
    async stop() {
      stop.abort()
      await running
    },
  }
}

async function workOff(deps: EraseDeps, erasure: Erasure, signal: AbortSignal): Promise<void> {
  const { database, clock, list, hmacKey, onErased } = deps
  const { id, org, session, to } = erasure
  const uid = (await orgStore(database.read).byId(org))?.uid
  if (uid === undefined) return

  const before = await listed(list, uid, erasure)
  if (before.length > 0) await forget(deps, org, before, signal)
  for (;;) {
    const ranges = await database.removal.findErasable(org, { session, to }, STEP_ENTRIES)
    if (ranges.length === 0) break
    if (signal.aborted) return
    await list.append({ org: uid, erasure: id, at: clock.now() * 1000, ranges })
    const removed = await database.removal.erase(org, ranges, { onSlice: () => onErased(org), partial: true })
    await forget(deps, org, ranges, signal)
    await database.transaction((tx) => erasureStore(tx).countRemoved(id, removed))
  }
  if (signal.aborted) return
  await database.removal.erase(org, [])
  await database.space.wipe(signal)
  const ranges = joined(await listed(list, uid, erasure))
  const target = targetOf(await hmacKey(org), session)
  const writer = { org, principal: erasure.requestedBy, remoteAddress: null }
  await write(deps, writer, (tx, { at }) => finish(tx, erasure, { ranges, target, at }))
  // Until now the request named the session, so the write-ahead log may still hold the name.
  await database.space.emptyLog()
  await database.space.giveBack(signal)
}

/** A search that reads the index keeps it from truncating its log. Searches are short, so this retries. */
async function forget(
  { database: { textIndex }, clock }: Pick<EraseDeps, 'database' | 'clock'>,
  org: OrgId,
  ranges: readonly SeqRange[],
  signal: AbortSignal,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await textIndex.forget(org, ranges)
    } catch (error) {
      if (tries === FORGET_TRIES || signal.aborted) throw error
      await clock.sleep(FORGET_RETRY_MS, signal)
    }
  }
}

async function finish(
  tx: Transaction,
  { id }: Erasure,
  { ranges, target, at }: { readonly ranges: readonly SeqRange[]; readonly target: string; readonly at: number },
): Promise<Written<undefined>> {
  const removed = ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0)
  await erasureStore(tx).finish(id, { removed, at })
  const details = {
    erasure: id,
    removed,
    ranges: ranges.slice(0, AUDITED_RANGES).map(({ from, to }) => [from, to]),
    ranges_total: ranges.length,
  }
  return { result: undefined, audit: { action: 'erasures.finish', target, details } }
}

/**
 * The ranges that this request has listed so far. A restored database may reuse an id, so the time must match as well.
 */
async function listed(list: ErasureList, org: string, { id, requestedAt }: Erasure): Promise<SeqRange[]> {
  const ranges: SeqRange[] = []
  for await (const line of list.read())
    if (line.org === org && line.erasure === id && line.at >= requestedAt)
      for (const { from, to } of line.ranges) ranges.push({ from, to })
  return ranges
}

function joined(ranges: readonly SeqRange[]): SeqRange[] {
  const all: { from: number; to: number }[] = []
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1)
    if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to)
    else all.push({ from, to })
  }
  return all
}
