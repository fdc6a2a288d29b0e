import type { OrgId, Seq } from '@sentinelmesh/api'
import { cursorStore, setAsideStore, type Database, type LogItem, type Transaction } from '@sentinelmesh/db'
import type { Clock } from '../clock.ts'
import type { JobName } from '../jobs/jobs.ts'
import type { Consumer, Step } from './run.ts'

/** The items after a consumer's cursor in an organization's log: entries, and gaps where entries were removed. */
export interface Batch {
  readonly org: OrgId
  readonly items: readonly LogItem[]
}

/** A consumer whose effects are in the same database as the log. */
export interface LogConsumer {
  /** The key of its cursor, and a label value of `/metrics`. */
  readonly name: JobName
  /**
   * Writes the effects of a batch. The cursor moves in the same transaction, so a batch has its effects once, whatever
   * happens. It must have no other effects, and may be called again with the same items after a failure.
   */
  apply(tx: Transaction, batch: Batch): Promise<void>
}

export interface LogConsumerDeps {
  readonly database: Database
  readonly clock: Clock
  /** Called with each entry that was set aside, and its last error. */
  readonly onSetAside: (name: JobName, entry: { readonly org: OrgId; readonly seq: Seq }, fault: unknown) => void
  /** Maximum number of entries in a batch, to keep its transaction short. */
  readonly batchEntries?: number
}

const BATCH_ENTRIES = 500
/** Maximum payload bytes of a batch. A single entry may exceed it. */
const BATCH_BYTES = 4 * 1024 * 1024
/** Number of attempts for a batch, and then for each of its entries, before the entry is set aside. */
export const TRIES = 3

/** The state of an organization whose batches fail. */
interface Trouble {
  /** The position before the last failure. */
  readonly from: Seq
  readonly failures: number
  /** Items up to this position are tried one at a time. Equal to `from` while the whole batch is tried. */
  readonly singlesTo: Seq
}

/** A consumer that `runConsumer` can run. */
export function logConsumer({ name, apply }: LogConsumer, deps: LogConsumerDeps): Consumer {
  const { database, clock, onSetAside, batchEntries = BATCH_ENTRIES } = deps
  const troubles = new Map<OrgId, Trouble>()
  /** Undefined until it is read. */
  let setAside: number | undefined

  async function step(org: OrgId): Promise<Step> {
    setAside ??= (await setAsideStore(database.read).counts()).get(name) ?? 0
    const from = await cursorStore(database.read).get(org, name)
    const isSingle = from < (troubles.get(org)?.singlesTo ?? 0)
    const { items, cursor, more, head } = await database.logs.read(org, from, {
      entries: isSingle ? 1 : batchEntries,
      bytes: BATCH_BYTES,
    })
    if (items.length > 0) {
      const span = { from, to: cursor }
      await database
        .transaction(async (tx) => {
          await apply(tx, { org, items })
          await cursorStore(tx).advance(org, name, span)
        })
        .catch((fault: unknown) => handle(fault, org, { ...span, isSingle: items.length === 1 }))
    }
    return { more, lag: head - cursor }
  }

  /** Rejects with the error, unless the entry failed too often and is set aside. */
  async function handle(
    fault: unknown,
    org: OrgId,
    { from, to, isSingle }: { readonly from: Seq; readonly to: Seq; readonly isSingle: boolean },
  ): Promise<void> {
    const before = troubles.get(org)
    const failures = before?.from === from ? before.failures + 1 : 1
    const singlesTo = before !== undefined && before.singlesTo > from ? before.singlesTo : from
    if (failures < TRIES) {
      troubles.set(org, { from, failures, singlesTo })
      throw fault
    }
    if (!isSingle) {
      troubles.set(org, { from, failures: 0, singlesTo: to })
      throw fault
    }
    const reason = `The consumer ${name} failed ${TRIES} times at this entry. The server log has the details.`
    await database.transaction(async (tx) => {
      await setAsideStore(tx).add(org, { consumer: name, seq: to, tries: TRIES, reason, at: clock.now() * 1000 })
      await cursorStore(tx).advance(org, name, { from, to })
    })
    troubles.set(org, { from: to, failures: 0, singlesTo })
    setAside = (setAside ?? 0) + 1
    onSetAside(name, { org, seq: to }, fault)
  }

  return { job: name, step, setAside: () => setAside ?? 0 }
}
